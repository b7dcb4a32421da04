// The GRU: gates r, z and candidate n, which is reset after the matrix product, as in torch and cuDNN.
//
//     r, z = s(W x + b + U h + c)     n = tanh(W_n x + b_n + r * (U_n h + c_n))     h' = (1 - z) * n + z * h
#ifndef TSRNN_LEVEL
#define TSRNN_CELL_FILE "gru.cpp"
#include "every_level.h"
TSRNN_ENTRIES(gru, float)
TSRNN_ENTRIES(gru, double)
#else
#include "vectors.h"
#include "sequence.h"
#include "gradients.h"
#include "step.h"

namespace tsrnn {
namespace TSRNN_LEVEL {
namespace {

struct Gru {
    static constexpr int gates = 3, passes = 1, together = 3, state = 1, kept = 4;
    static constexpr int pass[1][3] = {{0, 1, 2}};
    // The candidate's slope by W_n x + b_n, those of r and z, and the candidate's by U_n h + c_n: so both are in a row.
    static constexpr int slopes = 4, x_first = 0, h_first = 1;
    static constexpr int x_gate[3] = {2, 0, 1}, h_gate[3] = {0, 1, 2};

    template <class T, int R, class From>
    TSRNN_INLINE static void forward_units(const From &from, const T *before, T *after, int64_t stride, int64_t,
                                           T *kept) {
        Vec<T> sums[R][3], candidate[R];
        for (int r = 0; r < R; r++) {
            sums[r][0] = from.b(0, 0) + from.c(0, 0), sums[r][1] = from.b(0, 1) + from.c(0, 1);
            sums[r][2] = from.b(0, 2);
        }
        from.template add_inputs<R>(0, sums);
        for (int r = 0; r < R; r++) candidate[r] = sums[r][2], sums[r][2] = from.c(0, 2);
        from.template add_state<R>(0, sums);
        for (int r = 0; r < R; r++) {
            Vec<T> reset = before_logistic<T>(sums[r][0]), update = before_logistic<T>(sums[r][1]);
            tanh_both<T>(reset, update);
            reset = after_logistic<T>(reset), update = after_logistic<T>(update);
            const Vec<T> u = sums[r][2], n = tanh_of<T>(candidate[r] + reset * u);
            store(after + r * stride, n + update * (load(before + r * stride) - n));
            if (!kept) continue;
            store(kept + (4 * r + 0) * lanes<T>, reset);
            store(kept + (4 * r + 1) * lanes<T>, update);
            store(kept + (4 * r + 2) * lanes<T>, n);
            store(kept + (4 * r + 3) * lanes<T>, u);
        }
    }

    template <class T, int R>
    TSRNN_INLINE static void backward_units(const T *kept, const T *before, int64_t stride, T *d_state, int64_t,
                                            int64_t units, T *slopes, int64_t wide, const bool *live) {
        for (int r = 0; r < R; r++, kept += 4 * lanes<T>, slopes += wide) {
            Vec<T> d_n = {}, d_r = {}, d_z = {}, d_u = {};
            if (live[r]) {
                const Vec<T> reset = load(kept), update = load(kept + lanes<T>), n = load(kept + 2 * lanes<T>);
                const Vec<T> u = load(kept + 3 * lanes<T>), d_h = load(d_state + r * units);
                d_n = d_h * (T(1) - update) * (T(1) - n * n);
                d_z = d_h * (load(before + r * stride) - n) * update * (T(1) - update);
                d_r = d_n * u * reset * (T(1) - reset);
                d_u = d_n * reset;
                store(d_state + r * units, d_h * update);
            }
            store(slopes, d_n);
            store(slopes + units, d_r);
            store(slopes + 2 * units, d_z);
            store(slopes + 3 * units, d_u);
        }
    }
};

template <class T> void forward(const Layer &layer) { forward_layer<T, Gru>(layer); }
template <class T> void step(const Stack &stack, const Step &given) { step_stack<T, Gru>(stack, given); }
template <class T> void backward(const Layer &layer) { backward_layer<T, Gru>(layer); }
template <class T> int64_t saved_numbers(const Layer &layer) {
    const Sizes<T, Gru> size(layer);
    return size.tiles * size.kept_tile();
}

}  // namespace
}  // namespace TSRNN_LEVEL
}  // namespace tsrnn
#endif
