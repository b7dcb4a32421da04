// The plain recurrent net: h' = tanh(W x + b + U h + c).
#ifndef TSRNN_LEVEL
#define TSRNN_CELL_FILE "rnn.cpp"
#include "every_level.h"
TSRNN_ENTRIES(rnn, float)
TSRNN_ENTRIES(rnn, double)
#else
#include "vectors.h"
#include "sequence.h"
#include "gradients.h"
#include "step.h"

namespace tsrnn {
namespace TSRNN_LEVEL {
namespace {

struct Rnn {
    static constexpr int gates = 1, passes = 1, together = 1, state = 1, kept = 1;
    static constexpr int pass[1][1] = {{0}};
    static constexpr int slopes = 1, x_first = 0, h_first = 0;
    static constexpr int x_gate[1] = {0}, h_gate[1] = {0};

    template <class T, int R, class From>
    TSRNN_INLINE static void forward_units(const From &from, const T *, T *after, int64_t stride, int64_t, T *kept) {
        Vec<T> sums[R][1];
        from.template all<R>(0, sums);
        for (int r = 0; r < R; r++) {
            const Vec<T> h = tanh_of<T>(sums[r][0]);
            store(after + r * stride, h);
            if (kept) store(kept + r * lanes<T>, h);
        }
    }

    template <class T, int R>
    TSRNN_INLINE static void backward_units(const T *kept, const T *, int64_t, T *d_state, int64_t, int64_t units,
                                            T *slopes, int64_t wide, const bool *live) {
        for (int r = 0; r < R; r++, kept += lanes<T>, slopes += wide, d_state += units) {
            Vec<T> d_sum = {};
            if (live[r]) {
                const Vec<T> h = load(kept);
                d_sum = load(d_state) * (T(1) - h * h);
                store(d_state, Vec<T>{});
            }
            store(slopes, d_sum);
        }
    }
};

template <class T> void forward(const Layer &layer) { forward_layer<T, Rnn>(layer); }
template <class T> void step(const Stack &stack, const Step &given) { step_stack<T, Rnn>(stack, given); }
template <class T> void backward(const Layer &layer) { backward_layer<T, Rnn>(layer); }
template <class T> int64_t saved_numbers(const Layer &layer) {
    const Sizes<T, Rnn> size(layer);
    return size.tiles * size.kept_tile();
}

}  // namespace
}  // namespace TSRNN_LEVEL
}  // namespace tsrnn
#endif
