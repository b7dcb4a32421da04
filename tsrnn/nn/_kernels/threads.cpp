// Threads, scratch memory and what the processor can do: everything that is not arithmetic.
#include "layer.h"

#include <atomic>
#include <cstdlib>
#include <new>
#include <thread>
#include <vector>

namespace tsrnn {

namespace {

constexpr std::align_val_t LINE{64};

struct Block {
    void *memory = nullptr;
    size_t bytes = 0;

    Block() = default;
    Block(const Block &) = delete;
    Block &operator=(const Block &) = delete;
    ~Block() { ::operator delete(memory, LINE); }

    void *get(size_t wanted) {
        if (wanted > bytes) {
            ::operator delete(memory, LINE);
            memory = nullptr, bytes = 0;
            memory = ::operator new(wanted, LINE);
            bytes = wanted;
        }
        return memory;
    }
};

struct Job {
    std::atomic<int64_t> next{0};
    int64_t units;
    void (*work)(void *, int64_t);
    void *data;
};

void take_units(void *data) {
    Job &job = *static_cast<Job *>(data);
    for (int64_t unit; (unit = job.next.fetch_add(1, std::memory_order_relaxed)) < job.units;) job.work(job.data, unit);
}

// torch's own threads, where its OpenMP library offers them under GNU's name: a second pool would fight with the first,
// whose threads spin for a while after each of torch's operations.
using Team = void (*)(void (*)(void *), void *, unsigned, unsigned);
std::atomic<Team> team{nullptr};

}  // namespace

void *scratch(int which, size_t bytes) {
    static thread_local Block blocks[2];
    return blocks[which].get(bytes);
}

void each_unit(int64_t units, int64_t threads, void (*work)(void *, int64_t), void *data) {
    Job job;
    job.units = units, job.work = work, job.data = data;
    threads = smaller(threads, units);
    if (threads <= 1) {
        take_units(&job);
    } else if (Team start = team.load(std::memory_order_relaxed)) {
        start(take_units, &job, static_cast<unsigned>(threads), 0);
    } else {
        std::vector<std::thread> others;
        for (int64_t n = 1; n < threads; n++) others.emplace_back(take_units, &job);
        take_units(&job);
        for (std::thread &other : others) other.join();
    }
}

int64_t best_level() {
#if defined(__x86_64__) && defined(__GNUC__)
    __builtin_cpu_init();
    if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl") &&
        __builtin_cpu_supports("avx512bw"))
        return AVX512;
    if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")) return AVX2;
#endif
    return PLAIN;
}

}  // namespace tsrnn

#if defined(_WIN32)
#define TSRNN_EXPORT extern "C" __declspec(dllexport)
#else
#define TSRNN_EXPORT extern "C" __attribute__((visibility("default")))
#endif

// Counts up whenever `Layer` or a function's meaning changes, so that a library left over from an older build is refused.
TSRNN_EXPORT int64_t tsrnn_version() { return 1; }
TSRNN_EXPORT int64_t tsrnn_level() { return tsrnn::best_level(); }
TSRNN_EXPORT int64_t tsrnn_layer_bytes() { return static_cast<int64_t>(sizeof(tsrnn::Layer)); }
// `function` is OpenMP's GOMP_parallel as torch loaded it; null for threads of our own.
TSRNN_EXPORT void tsrnn_use_team(void *function) { tsrnn::team.store(reinterpret_cast<tsrnn::Team>(function)); }
