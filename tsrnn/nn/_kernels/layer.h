// The plain C interface, a recurrent layer in one direction over a sequence, and what all cells share beside vectors.
//
// Built without torch's headers, so one library serves every version of torch and Python: pointers and sizes come in,
// numbers go out into memory that the caller owns. All arrays are C-contiguous, of one type (float or double).
#pragma once

#include <cstddef>
#include <cstdint>

#if defined(_WIN32)
#define TSRNN_EXPORT extern "C" __declspec(dllexport)
#else
#define TSRNN_EXPORT extern "C" __attribute__((visibility("default")))
#endif

namespace tsrnn {

// What a call is about. The same record, in the same order, stands in tsrnn/nn/fused.py. B rows, T steps, I inputs,
// H hidden numbers, G gates (rnn 1, gru 3: r z n, lstm 4: i f g o).
struct Layer {
    int64_t batch, time, inputs, hidden;
    int64_t reverse;  // 1: read from the last step to the first
    int64_t threads;  // at most so many
    int64_t own;      // 1: the kernel's own threads, even where torch has some
    int64_t level;    // instruction set, from `tsrnn_level`
    const void *x;                           // (B, T, I)
    const void *h0, *c0;                     // (B, H); c0 for the LSTM
    const void *w_ih, *w_hh, *b_ih, *b_hh;   // (G H, I), (G H, H), (G H), (G H)
    const uint8_t *mask;                     // (B, T), 0 where the step is not real; null: all are
    void *out, *hn, *cn;                     // (B, T, H), (B, H), (B, H)
    void *saved;                             // what backward needs: tsrnn_*_saved numbers; null: no backward to come
    const void *d_out, *d_hn, *d_cn;         // backward: by the results; null for zeros
    void *d_x;                               // null: not wanted
    void *d_h0, *d_c0, *d_w_ih, *d_w_hh, *d_b_ih, *d_b_hh;
};

// What one layer of a stack learned; null in place of the norm's where there is none.
struct Learned {
    const void *w_ih, *w_hh, *b_ih, *b_hh;  // as in Layer
    const void *norm_weight, *norm_bias;    // (H)
    double least;                           // added to the norm's variance
};

// All layers of a core, for single steps, as tsrnn/nn/streaming.py packs them. Nobody writes to it, so several threads
// may use one at once.
struct Stack {
    int64_t layers, inputs, hidden;
    int64_t residual;  // 1: from the second layer on, add what a layer was given to what it gives
    int64_t level;     // as in Layer

    const Learned *learned() const { return reinterpret_cast<const Learned *>(this + 1); }  // one for each layer
};

// What goes into one step and comes out of it.
struct Step {
    int64_t rows;
    const void *x;         // (rows, I)
    const void *h0, *c0;   // (layers, rows, H); c0 for the LSTM
    void *out, *hn, *cn;   // (rows, H), (layers, rows, H) twice
};

// Instruction sets in rising order; only those of this processor's family are built.
enum Level : int64_t { PLAIN = 0, AVX2 = 1, AVX512 = 2 };

// The best level of the processor we run on.
int64_t best_level();

// Calls work(data, unit) for units 0, 1, ..., units - 1, each once, on at most `threads` threads: whoever is free takes
// the next one, so a thread that the system holds up does not hold up the others. Returns when all are done. `own`: on
// threads of the kernel's own, else on torch's where they can be had.
void each_unit(int64_t units, int64_t threads, bool own, void (*work)(void *, int64_t), void *data);

template <class Work> void each_unit(int64_t units, int64_t threads, bool own, Work &work) {
    each_unit(units, threads, own, [](void *data, int64_t unit) { (*static_cast<Work *>(data))(unit); }, &work);
}

// Memory on a cache line's border that this thread keeps from call to call: fresh memory costs a page fault each 4 KiB.
// There are two such blocks for each thread, 0 and 1; asking again for one gives the same memory.
void *scratch(int which, size_t bytes);

inline int64_t round_up(int64_t n, int64_t unit) { return (n + unit - 1) / unit * unit; }
inline int64_t smaller(int64_t a, int64_t b) { return a < b ? a : b; }

}  // namespace tsrnn
