// The LSTM: gates i, f, o and candidate g, with a memory m beside the state.
//
//     i, f, o = s(W x + b + U h + c)   g = tanh(W_g x + b_g + U_g h + c_g)   m' = f * m + i * g   h' = o * tanh(m')
#ifndef TSRNN_LEVEL
#define TSRNN_CELL_FILE "lstm.cpp"
#include "every_level.h"
TSRNN_ENTRIES(lstm, float)
TSRNN_ENTRIES(lstm, double)
#else
#include "vectors.h"
#include "sequence.h"
#include "gradients.h"
#include "step.h"

namespace tsrnn {
namespace TSRNN_LEVEL {
namespace {

struct Lstm {
    // Four gates at a time would not fit into the registers: first what the memory takes, then the others.
    static constexpr int gates = 4, passes = 2, together = 2, state = 2, kept = 5;
    static constexpr int pass[2][2] = {{0, 2}, {1, 3}};
    static constexpr int slopes = 4, x_first = 0, h_first = 0;
    static constexpr int x_gate[4] = {0, 1, 2, 3}, h_gate[4] = {0, 1, 2, 3};

    // The memory stands `units` behind the hidden state, before and after. Left for backward: i, f, g, o and m.
    template <class T, int R, class From>
    TSRNN_INLINE static void forward_units(const From &from, const T *before, T *after, int64_t stride,
                                           int64_t units, T *kept) {
        Vec<T> sums[R][2], taken[R];
        from.template all<R>(0, sums);
        for (int r = 0; r < R; r++) {
            Vec<T> in = before_logistic<T>(sums[r][0]), g = sums[r][1];
            tanh_both<T>(in, g);
            in = after_logistic<T>(in);
            taken[r] = in * g;
            if (!kept) continue;
            store(kept + (5 * r + 0) * lanes<T>, in);
            store(kept + (5 * r + 2) * lanes<T>, g);
        }
        from.template all<R>(1, sums);
        for (int r = 0; r < R; r++) {
            Vec<T> forget = before_logistic<T>(sums[r][0]), show = before_logistic<T>(sums[r][1]);
            tanh_both<T>(forget, show);
            forget = after_logistic<T>(forget), show = after_logistic<T>(show);
            const Vec<T> old = load(before + r * stride + units), memory = forget * old + taken[r];
            store(after + r * stride + units, memory);
            store(after + r * stride, show * tanh_of<T>(memory));
            if (!kept) continue;
            store(kept + (5 * r + 1) * lanes<T>, forget);
            store(kept + (5 * r + 3) * lanes<T>, show);
            store(kept + (5 * r + 4) * lanes<T>, old);
        }
    }

    // The memory's derivatives stand `to_memory` behind those of the hidden state.
    template <class T, int R>
    TSRNN_INLINE static void backward_units(const T *kept, const T *, int64_t, T *d_state, int64_t to_memory,
                                            int64_t units, T *slopes, int64_t wide, const bool *live) {
        for (int r = 0; r < R; r++, kept += 5 * lanes<T>, slopes += wide, d_state += units) {
            Vec<T> d_i = {}, d_f = {}, d_g = {}, d_o = {};
            if (live[r]) {
                const Vec<T> in = load(kept), forget = load(kept + lanes<T>), g = load(kept + 2 * lanes<T>);
                const Vec<T> show = load(kept + 3 * lanes<T>), old = load(kept + 4 * lanes<T>);
                const Vec<T> shown = tanh_of<T>(forget * old + in * g), d_h = load(d_state);
                const Vec<T> d_m = load(d_state + to_memory) + d_h * show * (T(1) - shown * shown);
                d_i = d_m * g * in * (T(1) - in);
                d_f = d_m * old * forget * (T(1) - forget);
                d_g = d_m * in * (T(1) - g * g);
                d_o = d_h * shown * show * (T(1) - show);
                store(d_state, Vec<T>{});
                store(d_state + to_memory, d_m * forget);
            }
            store(slopes, d_i);
            store(slopes + units, d_f);
            store(slopes + 2 * units, d_g);
            store(slopes + 3 * units, d_o);
        }
    }
};

template <class T> void forward(const Layer &layer) { forward_layer<T, Lstm>(layer); }
template <class T> void step(const Stack &stack, const Step &given) { step_stack<T, Lstm>(stack, given); }
template <class T> void backward(const Layer &layer) { backward_layer<T, Lstm>(layer); }
template <class T> int64_t saved_numbers(const Layer &layer) {
    const Sizes<T, Lstm> size(layer);
    return size.tiles * size.kept_tile();
}

}  // namespace
}  // namespace TSRNN_LEVEL
}  // namespace tsrnn
#endif
