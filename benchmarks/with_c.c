/* The whole run in plain loops. The sizes and numbers of the problem are macros, defined by with_c.py. */

#include <math.h>
#include <string.h>

#if !IS_NET

/* A neuron without bias, squared error, plain gradient descent; w is trained in place. */
void train(const float *x_all, const float *y_all, float *w, float *unused, long steps) {
  (void)unused;
  for (long step = 0; step < steps; step++) {
    const float *x = x_all + step % PERIOD * BATCH * INPUTS, *y = y_all + step % PERIOD * BATCH;
    float g[INPUTS] = {0};
    for (int n = 0; n < BATCH; n++, x += INPUTS) {
      float error = -y[n];
      for (int i = 0; i < INPUTS; i++) error += x[i] * w[i];
      for (int i = 0; i < INPUTS; i++) g[i] += x[i] * error;
    }
    for (int i = 0; i < INPUTS; i++) w[i] -= (float)(RATE * 2 / BATCH) * g[i];
  }
}

#else

typedef struct { /* the parameters, or a gradient */
  float w1[INPUTS][HIDDEN], b1[HIDDEN], w2[HIDDEN][OUTPUTS], b2[OUTPUTS];
} net;

#if HAS_CLASSES
typedef long long label; /* a class id */
#define LABELS 1

/* From scores to the slope of the softmax cross-entropy, in place. */
static void slope(float out[OUTPUTS][BATCH], const label *y) {
  for (int n = 0; n < BATCH; n++) {
    float largest = out[0][n], sum = 0;
    for (int k = 1; k < OUTPUTS; k++) largest = fmaxf(largest, out[k][n]);
    for (int k = 0; k < OUTPUTS; k++) sum += out[k][n] = expf(out[k][n] - largest);
    for (int k = 0; k < OUTPUTS; k++) out[k][n] = (out[k][n] / sum - (k == y[n])) / BATCH;
  }
}
#else
typedef float label;
#define LABELS OUTPUTS

/* From outputs to the slope of the mean squared error, in place. */
static void slope(float out[OUTPUTS][BATCH], const label *y) {
  for (int k = 0; k < OUTPUTS; k++)
    for (int n = 0; n < BATCH; n++) out[k][n] = (out[k][n] - y[n * OUTPUTS + k]) * (2.0f / (BATCH * OUTPUTS));
}
#endif

/* The gradient of loss and penalty. The innermost loops go over the examples, because a batch has most of them. */
static void gradient(const float *x_rows, const label *y, const net *restrict p, net *restrict g) {
  static float x[INPUTS][BATCH], h[HIDDEN][BATCH], out[OUTPUTS][BATCH];
  for (int n = 0; n < BATCH; n++)
    for (int i = 0; i < INPUTS; i++) x[i][n] = x_rows[n * INPUTS + i];

  for (int k = 0; k < OUTPUTS; k++)
    for (int n = 0; n < BATCH; n++) out[k][n] = p->b2[k];
  for (int j = 0; j < HIDDEN; j++) {
    for (int n = 0; n < BATCH; n++) h[j][n] = p->b1[j];
    for (int i = 0; i < INPUTS; i++)
      for (int n = 0; n < BATCH; n++) h[j][n] += x[i][n] * p->w1[i][j];
    for (int n = 0; n < BATCH; n++) h[j][n] = h[j][n] > 0 ? h[j][n] : 0;
    for (int k = 0; k < OUTPUTS; k++)
      for (int n = 0; n < BATCH; n++) out[k][n] += h[j][n] * p->w2[j][k];
  }

  slope(out, y);
  for (int k = 0; k < OUTPUTS; k++) {
    g->b2[k] = 0;
    for (int n = 0; n < BATCH; n++) g->b2[k] += out[k][n];
  }
  for (int j = 0; j < HIDDEN; j++) {
    float d_h[BATCH] = {0};
    for (int k = 0; k < OUTPUTS; k++) {
      g->w2[j][k] = (float)STRENGTH * p->w2[j][k];
      for (int n = 0; n < BATCH; n++) g->w2[j][k] += h[j][n] * out[k][n];
      for (int n = 0; n < BATCH; n++) d_h[n] += p->w2[j][k] * out[k][n];
    }
    for (int n = 0; n < BATCH; n++) d_h[n] = h[j][n] > 0 ? d_h[n] : 0;
    g->b1[j] = 0;
    for (int n = 0; n < BATCH; n++) g->b1[j] += d_h[n];
    for (int i = 0; i < INPUTS; i++) {
      g->w1[i][j] = (float)STRENGTH * p->w1[i][j];
      for (int n = 0; n < BATCH; n++) g->w1[i][j] += x[i][n] * d_h[n];
    }
  }
}

/* A net with every switch on; p is trained in place, the averages end in shadow. */
void train(const float *x_all, const label *y_all, float *restrict p, float *restrict shadow, long steps) {
  enum { COUNT = sizeof(net) / sizeof(float) };
  static float g[COUNT], m[COUNT], v[COUNT];
  memset(m, 0, sizeof m);
  memset(v, 0, sizeof v);
  memcpy(shadow, p, sizeof g);
  double beta_1_t = 1, beta_2_t = 1;
  for (long step = 0; step < steps; step++) {
    const long first = step % PERIOD * BATCH;
    gradient(x_all + first * INPUTS, y_all + first * LABELS, (const net *)p, (net *)g);

    beta_1_t *= BETA_1;
    beta_2_t *= BETA_2;
    const float rate = RATE * pow(DECAY_RATE, step / DECAY_STEPS) * sqrt(1 - beta_2_t) / (1 - beta_1_t);
    const float new = 1 - fmin(AVERAGE, (1.0 + step) / (10.0 + step));
    for (int i = 0; i < COUNT; i++) {
      m[i] += (float)(1 - BETA_1) * (g[i] - m[i]);
      v[i] += (float)(1 - BETA_2) * (g[i] * g[i] - v[i]);
      p[i] -= rate * m[i] / (sqrtf(v[i]) + (float)EPSILON);
      shadow[i] += new * (p[i] - shadow[i]);
    }
  }
}

#endif
