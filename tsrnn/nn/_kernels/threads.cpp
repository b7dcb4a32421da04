// Threads, scratch memory and what the processor can do: everything that is not arithmetic.
#include "layer.h"

#include <atomic>
#include <cfenv>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <new>
#include <system_error>
#include <thread>
#if !defined(_WIN32)
#include <pthread.h>
#include <signal.h>
#endif
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

// Units to be done. It lives on the stack of the thread that wants them done, `run` until nobody else is at them.
struct Job {
    int64_t units;
    void (*work)(void *, int64_t);
    void *data;
    int64_t seats = 0;           // how many others may still join; as `later` and `helpers` under the team's lock
    Job *later = nullptr;        // the next in the list of open jobs
    std::atomic<int64_t> helpers{0};
    std::atomic<int64_t> next{0};
    std::atomic<bool> failed{false};
    std::fenv_t numbers;  // rounding and flushing of small numbers: the same for all who take part, or bits would differ

    Job(int64_t units_, void (*work_)(void *, int64_t), void *data_) : units(units_), work(work_), data(data_) {
        std::fegetenv(&numbers);
    }
    void take_units() {
        try {
            for (int64_t unit; (unit = next.fetch_add(1, std::memory_order_relaxed)) < units;) work(data, unit);
        } catch (const std::bad_alloc &) {
            failed.store(true, std::memory_order_relaxed);
        }
    }
    void help() {
        std::fenv_t own;
        std::fegetenv(&own);
        std::fesetenv(&numbers);
        take_units();
        std::fesetenv(&own);
    }
    bool unfinished() const { return next.load(std::memory_order_relaxed) < units; }
};

// Whether `done` becomes true within 200 microseconds: what waking a sleeping thread takes, and the gaps in a training.
template <class Done> bool soon(Done done) {
    const auto end = std::chrono::steady_clock::now() + std::chrono::microseconds(200);
    do {
        for (int n = 0; n < 20; n++) {
            if (done()) return true;
#if defined(__x86_64__)
            __builtin_ia32_pause();
#elif defined(__aarch64__)
            __asm__ volatile("yield");
#endif
        }
    } while (std::chrono::steady_clock::now() < end);
    return false;
}

// Threads of our own. The calling thread begins at once and takes units until none is left, so it never waits for a
// thread that the system has not begun to run, only for one that is in the middle of a unit. They live as long as the
// process, as does this record: a thread may be waiting in it until the very end.
class Team {
  public:
    void run(Job &job, int64_t others) {
        {
            std::lock_guard<std::mutex> hold(lock);
            hire(others);
            job.seats = others, job.later = open, open = &job;
            posted.fetch_add(1, std::memory_order_release);
        }
        for (int64_t n = 0; n < others; n++) there_is_work.notify_one();
        job.take_units();
        {
            std::lock_guard<std::mutex> hold(lock);
            Job **at = &open;
            while (*at != &job) at = &(*at)->later;
            *at = job.later;
        }
        const auto alone = [&] { return job.helpers.load(std::memory_order_acquire) == 0; };
        if (soon(alone)) return;
        std::unique_lock<std::mutex> hold(lock);
        somebody_left.wait(hold, alone);
    }

  private:
    std::mutex lock;
    std::condition_variable there_is_work, somebody_left;
    std::atomic<int64_t> posted{0};  // jobs so far: a change tells those who have not yet gone to sleep
    Job *open = nullptr;             // jobs that may be joined
    int64_t hired = 0;

    void hire(int64_t wanted) {
        try {
            for (; hired < wanted; hired++) std::thread([this] { serve(); }).detach();
        } catch (const std::system_error &) {  // no more threads to be had: it works with fewer
        }
    }
    Job *found() const {
        Job *job = open;
        while (job && !(job->seats > 0 && job->unfinished())) job = job->later;
        return job;
    }
    void serve() {
        take_no_signals();
        std::unique_lock<std::mutex> hold(lock);
        for (;;) {
            if (!found()) {
                const int64_t seen = posted.load(std::memory_order_relaxed);
                hold.unlock();
                soon([&] { return posted.load(std::memory_order_acquire) != seen; });
                hold.lock();
            }
            Job *job = nullptr;  // asked for once: it may be finished by the time it is asked for again
            there_is_work.wait(hold, [&] { return (job = found()) != nullptr; });
            job->seats--, job->helpers.fetch_add(1, std::memory_order_relaxed);
            hold.unlock();
            job->help();
            hold.lock();
            if (job->helpers.fetch_sub(1, std::memory_order_release) == 1) somebody_left.notify_all();
        }
    }
    static void take_no_signals() {
#if !defined(_WIN32)
        sigset_t all;
        sigfillset(&all);
        pthread_sigmask(SIG_BLOCK, &all, nullptr);
#endif
    }
};

std::atomic<Team *> team{nullptr};

Team &our_team() {
    Team *found = team.load(std::memory_order_acquire);
    if (found) return *found;
#if !defined(_WIN32)
    static std::once_flag once;  // a forked child has none of the threads, and perhaps a lock that nobody opens: a new one
    std::call_once(once, [] { pthread_atfork(nullptr, nullptr, [] { team.store(nullptr); }); });
#endif
    Team *made = new Team;
    if (team.compare_exchange_strong(found, made)) return *made;
    delete made;  // another thread was first
    return *found;
}

// torch's own threads, where its OpenMP library offers them under GNU's name: as long as torch uses several, which spin
// for a while after each of its operations, a second team would fight with them.
using Parallel = void (*)(void (*)(void *), void *, unsigned, unsigned);
std::atomic<Parallel> torchs_team{nullptr};

}  // namespace

void *scratch(int which, size_t bytes) {
    static thread_local Block blocks[2];
    return blocks[which].get(bytes);
}

void each_unit(int64_t units, int64_t threads, bool own, void (*work)(void *, int64_t), void *data) {
    Job job(units, work, data);
    const Parallel start = own ? nullptr : torchs_team.load(std::memory_order_relaxed);
    threads = smaller(threads, units);
    if (threads <= 1) job.take_units();
    else if (start) start([](void *all) { static_cast<Job *>(all)->help(); }, &job, static_cast<unsigned>(threads), 0);
    else our_team().run(job, threads - 1);
    if (job.failed.load(std::memory_order_relaxed)) throw std::bad_alloc();
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
TSRNN_EXPORT int64_t tsrnn_version() { return 2; }
TSRNN_EXPORT int64_t tsrnn_level() { return tsrnn::best_level(); }
TSRNN_EXPORT int64_t tsrnn_layer_bytes() { return static_cast<int64_t>(sizeof(tsrnn::Layer)); }
// `function` is OpenMP's GOMP_parallel as torch loaded it; null where there is none.
TSRNN_EXPORT void tsrnn_use_team(void *function) {
    tsrnn::torchs_team.store(reinterpret_cast<tsrnn::Parallel>(function));
}
