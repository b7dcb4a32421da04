// Compiles TSRNN_CELL_FILE once for each instruction set of this processor family, each in a namespace of its own.
//
// A whole file is compiled anew, rather than one function cloned, because the sets differ in the width of a vector.
// Each function in it carries TSRNN_TARGET, so no other code gets the wider instructions, and which namespace runs is
// chosen at run time (`best_level`). No flag of the compiler is needed: -march=native would break other machines.
#include "layer.h"

#include <cmath>
#include <cstring>
#include <new>

#if defined(__GNUC__) && !defined(__clang__)
#pragma GCC diagnostic ignored "-Wpsabi"  // wide vectors as arguments: every function that takes one is inlined
#endif
#define TSRNN_INLINE inline __attribute__((always_inline)) TSRNN_TARGET
#define TSRNN_FUNCTION __attribute__((noinline)) TSRNN_TARGET

#define TSRNN_LEVEL plain  // SSE2 on x86-64, NEON on arm64
#define TSRNN_BYTES 16     // of a vector
#define TSRNN_ROWS 4       // rows that go through a matrix product together
#define TSRNN_TARGET
#include TSRNN_CELL_FILE
#undef TSRNN_LEVEL
#undef TSRNN_BYTES
#undef TSRNN_ROWS
#undef TSRNN_TARGET

#if defined(__x86_64__)
#define TSRNN_LEVEL avx2
#define TSRNN_BYTES 32
#define TSRNN_ROWS 4
#define TSRNN_TARGET __attribute__((target("avx2,fma")))
#include TSRNN_CELL_FILE
#undef TSRNN_LEVEL
#undef TSRNN_BYTES
#undef TSRNN_ROWS
#undef TSRNN_TARGET

#define TSRNN_LEVEL avx512
#define TSRNN_BYTES 64
#define TSRNN_ROWS 8
#define TSRNN_TARGET __attribute__((target("avx512f,avx512dq,avx512vl,avx512bw,avx2,fma")))
#include TSRNN_CELL_FILE
#undef TSRNN_LEVEL
#undef TSRNN_BYTES
#undef TSRNN_ROWS
#undef TSRNN_TARGET

#define TSRNN_CHOOSE(level, call)                                                                                      \
    ((level) >= tsrnn::AVX512 ? tsrnn::avx512::call : (level) >= tsrnn::AVX2 ? tsrnn::avx2::call : tsrnn::plain::call)
#else
#define TSRNN_CHOOSE(level, call) (tsrnn::plain::call)
#endif

// The C functions of a cell. Each gives 0, or 1 where memory ran out.
#define TSRNN_ENTRIES(cell, number)                                                                                    \
    TSRNN_EXPORT int64_t tsrnn_##cell##_forward_##number(const tsrnn::Layer *layer) {                                  \
        try {                                                                                                          \
            return TSRNN_CHOOSE(layer->level, forward<number>(*layer)), 0;                                             \
        } catch (const std::bad_alloc &) {                                                                             \
            return 1;                                                                                                  \
        }                                                                                                              \
    }                                                                                                                  \
    TSRNN_EXPORT int64_t tsrnn_##cell##_backward_##number(const tsrnn::Layer *layer) {                                 \
        try {                                                                                                          \
            return TSRNN_CHOOSE(layer->level, backward<number>(*layer)), 0;                                            \
        } catch (const std::bad_alloc &) {                                                                             \
            return 1;                                                                                                  \
        }                                                                                                              \
    }                                                                                                                  \
    TSRNN_EXPORT int64_t tsrnn_##cell##_step_##number(const tsrnn::Stack *stack, const tsrnn::Step *given) {           \
        try {                                                                                                          \
            return TSRNN_CHOOSE(stack->level, step<number>(*stack, *given)), 0;                                        \
        } catch (const std::bad_alloc &) {                                                                             \
            return 1;                                                                                                  \
        }                                                                                                              \
    }                                                                                                                  \
    TSRNN_EXPORT int64_t tsrnn_##cell##_saved_##number(const tsrnn::Layer *layer) {                                    \
        return TSRNN_CHOOSE(layer->level, saved_numbers<number>(*layer));                                              \
    }
