// Threads, scratch memory and what the processor can do: everything that is not arithmetic.
#include "layer.h"

#include <atomic>
#include <new>
#include <thread>
#include <vector>
#if defined(__x86_64__)
#include <cpuid.h>
#endif

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

#if defined(__x86_64__)
// Asked of the processor itself: the compilers' own __builtin_cpu_supports needs a library that not all of them bring.
int64_t best_level() {
    unsigned a, b, c, d;
    const auto bit = [](unsigned word, int n) { return (word >> n & 1) != 0; };
    if (!__get_cpuid(1, &a, &b, &c, &d)) return PLAIN;
    if (!bit(c, 12) || !bit(c, 27) || !bit(c, 28)) return PLAIN;  // FMA, OSXSAVE, AVX
    unsigned low, high;  // which registers the operating system saves when it switches threads
    __asm__ volatile("xgetbv" : "=a"(low), "=d"(high) : "c"(0));
    if ((low & 0x06) != 0x06 || !__get_cpuid_count(7, 0, &a, &b, &c, &d) || !bit(b, 5)) return PLAIN;  // AVX2
    const bool wide = bit(b, 16) && bit(b, 17) && bit(b, 30) && bit(b, 31);  // AVX-512 F, DQ, BW, VL
    return wide && (low & 0xe6) == 0xe6 ? AVX512 : AVX2;
}
#else
int64_t best_level() { return PLAIN; }
#endif

}  // namespace tsrnn

// Counts up whenever `Layer` or what a function means changes: a library left over from an older build is refused.
TSRNN_EXPORT int64_t tsrnn_version() { return 1; }
TSRNN_EXPORT int64_t tsrnn_level() { return tsrnn::best_level(); }
TSRNN_EXPORT int64_t tsrnn_layer_bytes() { return static_cast<int64_t>(sizeof(tsrnn::Layer)); }
// `function` is OpenMP's GOMP_parallel as torch loaded it; null for threads of our own.
TSRNN_EXPORT void tsrnn_use_team(void *function) { tsrnn::team.store(reinterpret_cast<tsrnn::Team>(function)); }
