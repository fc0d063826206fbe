/* The C side of the ctypes tests. It uses no C library, so that it compiles to a shared object and to a WebAssembly
   module alike. */

#if defined(__wasm__)
#define EXPORT __attribute__((visibility("default")))
#else
#define EXPORT
#endif

typedef signed char i8;
typedef unsigned char u8;
typedef short i16;
typedef unsigned short u16;
typedef int i32;
typedef unsigned int u32;
typedef long long i64;
typedef unsigned long long u64;
typedef __SIZE_TYPE__ size;

/* Numbers of every kind. */
EXPORT i8 twice_i8(i8 x) { return x * 2; }
EXPORT u8 twice_u8(u8 x) { return x * 2; }
EXPORT i16 twice_i16(i16 x) { return x * 2; }
EXPORT u16 twice_u16(u16 x) { return x * 2; }
EXPORT i32 twice_i32(i32 x) { return x * 2; }
EXPORT u32 twice_u32(u32 x) { return x * 2; }
EXPORT i64 twice_i64(i64 x) { return x * 2; }
EXPORT u64 twice_u64(u64 x) { return x * 2; }
EXPORT float twice_float(float x) { return x * 2; }
EXPORT double twice_double(double x) { return x * 2; }
EXPORT long twice_long(long x) { return x * 2; }
EXPORT _Bool negate(_Bool x) { return !x; }

EXPORT i64 ten_ints(i32 a, i32 b, i32 c, i32 d, i32 e, i32 f, i32 g, i32 h, i32 i, i64 j)
{
    return a + 2 * b + 3 * c + 4 * d + 5 * e + 6 * f + 7 * g + 8 * h + 9 * i + 10 * j;
}
EXPORT double mixed(i32 a, double b, i64 c, float d, u8 e, double f)
{
    return a + b * 10 + c * 100 + d * 1000 + e * 10000 + f * 100000;
}
EXPORT double ten_doubles(double a, double b, double c, double d, double e, double f, double g, double h, double i, double j)
{
    return a + 2 * b + 3 * c + 4 * d + 5 * e + 6 * f + 7 * g + 8 * h + 9 * i + 10 * j;
}

/* Structures: by pointer, by value, nested, with an array. */
typedef struct { i32 x, y; } Point;
typedef struct { Point from, to; } Line;
typedef struct { double a, b, c; i32 n; } Big;
typedef struct { i8 small; i64 large; i16 medium; } Padded;
typedef struct { float re, im; } Pair;
typedef struct { i32 n; i32 items[4]; } Row;
typedef struct Node { i32 value; struct Node *next; } Node;
typedef struct { u32 low : 3; u32 middle : 13; i32 high : 9; } Bits;
typedef union { u32 word; u8 bytes[4]; float number; } Word;

EXPORT i32 point_sum(const Point *p) { return p->x + p->y; }
EXPORT void point_move(Point *p, i32 dx, i32 dy) { p->x += dx; p->y += dy; }
EXPORT i32 line_length(const Line *l) { return l->to.x - l->from.x + l->to.y - l->from.y; }
EXPORT i64 padded_sum(const Padded *p) { return p->small + p->large + p->medium; }
EXPORT i32 row_sum(const Row *r) { i32 t = 0; for (i32 i = 0; i < r->n; i++) t += r->items[i]; return t; }
EXPORT i32 list_sum(const Node *n) { i32 t = 0; for (; n; n = n->next) t += n->value; return t; }
EXPORT i32 bits_sum(const Bits *b) { return b->low + b->middle + b->high; }
EXPORT void bits_set(Bits *b) { b->low = 5; b->middle = 4000; b->high = -200; }
EXPORT u32 word_of(const Word *w) { return w->word; }
EXPORT size size_of(i32 what)
{
    switch (what) {
    case 0: return sizeof(Point);
    case 1: return sizeof(Line);
    case 2: return sizeof(Big);
    case 3: return sizeof(Padded);
    case 4: return sizeof(Row);
    case 5: return sizeof(Node);
    case 6: return sizeof(Bits);
    case 7: return sizeof(Word);
    case 8: return sizeof(long);
    case 9: return sizeof(void *);
    default: return 0;
    }
}

EXPORT Point point_make(i32 x, i32 y) { Point p = {x, y}; return p; }
EXPORT Point point_swap(Point p) { Point q = {p.y, p.x}; return q; }
EXPORT Line line_flip(Line l) { Line m = {l.to, l.from}; return m; }
EXPORT Big big_scale(Big b, double by) { Big c = {b.a * by, b.b * by, b.c * by, b.n + 1}; return c; }
EXPORT Pair pair_times(Pair p, Pair q) { Pair r = {p.re * q.re - p.im * q.im, p.re * q.im + p.im * q.re}; return r; }
EXPORT Padded padded_next(i32 a, i32 b, i32 c, i32 d, i32 e, Padded p) { Padded q = {p.small + a + b, p.large + c + d, p.medium + e}; return q; }

/* Arrays and strings. */
EXPORT i64 sum_i32(const i32 *items, size count) { i64 t = 0; for (size i = 0; i < count; i++) t += items[i]; return t; }
EXPORT void fill_u8(u8 *to, u8 byte, size count) { for (size i = 0; i < count; i++) to[i] = byte; }
EXPORT size length(const char *text) { size n = 0; while (text[n]) n++; return n; }
EXPORT void reverse(char *text)
{
    size n = length(text);
    for (size i = 0; i < n / 2; i++) { char c = text[i]; text[i] = text[n - 1 - i]; text[n - 1 - i] = c; }
}
EXPORT const char *greeting(void) { return "hello from C"; }
EXPORT const char *find(const char *text, char c) { for (; *text; text++) if (*text == c) return text; return 0; }
EXPORT void *same_pointer(void *p) { return p; }

/* A pointer that C keeps. */
static i32 *kept;
EXPORT void keep(i32 *p) { kept = p; }
EXPORT i32 kept_value(void) { return kept ? *kept : -1; }
EXPORT void kept_set(i32 value) { if (kept) *kept = value; }

/* Variables. */
EXPORT i32 counter = 7;
EXPORT const char *name = "library";
EXPORT i32 count_up(void) { return ++counter; }

/* Callbacks. */
typedef i32 (*Unary)(i32);
typedef i32 (*Compare)(const i32 *, const i32 *);
EXPORT i32 apply(Unary f, i32 x) { return f(x); }
EXPORT double apply_double(double (*f)(double, i32), double x, i32 n) { return f(x, n); }
EXPORT i64 apply_wide(i64 (*f)(i8, u16, i64, float), i8 a, u16 b, i64 c, float d) { return f(a, b, c, d); }
EXPORT void sort(i32 *items, size count, Compare compare)
{
    for (size i = 1; i < count; i++)
        for (size j = i; j > 0 && compare(&items[j - 1], &items[j]) > 0; j--) {
            i32 t = items[j]; items[j] = items[j - 1]; items[j - 1] = t;
        }
}
static i32 plus_one(i32 x) { return x + 1; }
static i32 times_ten(i32 x) { return x * 10; }
EXPORT Unary operation(i32 which) { return which ? times_ten : plus_one; }

/* What goes wrong. */
EXPORT i32 divide(i32 a, i32 b) { return a / b; }
EXPORT void split(i32 a, i32 b, i32 *quotient, i32 *remainder) { *quotient = a / b; *remainder = a % b; }
EXPORT i32 checked(i32 x) { return x < 0 ? -1 : x; }

/* Variable arguments. */
#include <stdarg.h>

EXPORT i64 sum_variadic(i32 count, ...)
{
    va_list list;
    i64 t = 0;
    va_start(list, count);
    for (i32 i = 0; i < count; i++) t += va_arg(list, i32);
    va_end(list);
    return t;
}
EXPORT double mean_variadic(i32 count, ...)
{
    va_list list;
    double t = 0;
    va_start(list, count);
    for (i32 i = 0; i < count; i++) t += va_arg(list, double);
    va_end(list);
    return t / count;
}
EXPORT i64 mixed_variadic(const char *kinds, ...)
{
    va_list list;
    i64 t = 0;
    va_start(list, kinds);
    for (; *kinds; kinds++)
        switch (*kinds) {
        case 'i': t += va_arg(list, i32); break;
        case 'q': t += va_arg(list, i64); break;
        case 'd': t += va_arg(list, double); break;
        case 'p': t += *va_arg(list, i32 *); break;
        }
    va_end(list);
    return t;
}

/* Structures that are one scalar, and unions. */
typedef struct { double x; } One;
typedef struct { One inner[1]; } Wrapped;
typedef struct { void *p; } Handle;
EXPORT One one_half(One o) { One r = {o.x / 2}; return r; }
EXPORT Wrapped wrapped_twice(Wrapped w) { w.inner[0].x *= 2; return w; }
EXPORT Handle handle_of(i32 *p) { Handle h = {p}; return h; }
EXPORT i32 handle_value(Handle h) { return *(i32 *)h.p; }
typedef union { float narrow; double wide; } Either;
typedef union { double x[2]; i32 n; } Mixed;
EXPORT Either either_half(i32 n, Either e, double x, Either f) { e.wide = (n + e.wide + x + f.wide) / 2; return e; }
EXPORT Mixed mixed_sum(Mixed a, double x, Mixed b) { a.x[0] += x + b.x[0]; a.x[1] += b.x[1]; return a; }
EXPORT Word word_next(Word w) { w.word++; return w; }
EXPORT i32 apply_point(i32 (*f)(Point, const Line *), Point p, const Line *l) { return f(p, l); }
EXPORT const char *apply_text(const char *(*f)(const char *), const char *text) { return f(text); }
EXPORT long double long_same(long double x) { return x; }
EXPORT i32 sum_pointers(i32 **items, i32 count) { i32 t = 0; for (i32 i = 0; i < count; i++) t += *items[i]; return t; }

#if !defined(__wasm__)
#include <errno.h>
#include <wchar.h>

EXPORT long double long_half(long double x) { return x / 2; }
EXPORT double _Complex turn(double _Complex z) { return z * (double _Complex)__builtin_complex(0.0, 1.0); }
EXPORT i32 set_errno_to(i32 value) { i32 old = errno; errno = value; return old; }
EXPORT size wide_length(const wchar_t *text) { size n = 0; while (text[n]) n++; return n; }
#endif
