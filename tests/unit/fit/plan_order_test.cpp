// Laws of the order of plans, and of what the exact law could reach where runs of one plan spread.
#include "fit/plan_order.h"

#include <doctest/doctest.h>

#include <cmath>
#include <map>
#include <random>

using namespace eigenbau;
using namespace eigenbau::fit;

namespace {

TrainingPrediction run(double predicted, double measured, const char* model = "a") {
  TrainingPrediction p;
  p.model = model;
  p.gpu = "gpu";
  p.gpus = 8;
  p.global_batch = 64;
  p.step.total = predicted * kSecond;
  p.measured = measured * kSecond;
  return p;
}

std::vector<OrderScore> scored(const std::vector<TrainingPrediction>& runs) {
  std::map<std::string, std::vector<const TrainingPrediction*>> families;
  for (const TrainingPrediction& p : runs) families["family"].push_back(&p);
  return order_of_plans(families);
}

}  // namespace

TEST_CASE("tau is 1 where every pair is in order, -1 where none is, and does not depend on the unit") {
  const std::vector<double> times{1, 1.2, 1.5, 2, 3};
  std::vector<TrainingPrediction> right, wrong, scaled;
  for (const double t : times) {
    right.push_back(run(2 * t, t));
    wrong.push_back(run(1 / t, t));
    scaled.push_back(run(7 * std::pow(t, 3), 100 * t));
  }
  CHECK(scored(right).front().tau == 1);
  CHECK(scored(wrong).front().tau == -1);
  CHECK(scored(scaled).front().tau == 1);
  CHECK(scored(right).front().pairs == 10);
  // Runs that do not differ spread by nothing: the exact law has them all.
  CHECK(scored(right).front().attainable == 1);
}

TEST_CASE("pairs are of one model, more than a twentieth apart, and such as the law tells apart") {
  CHECK(scored({run(1, 1), run(2, 2, "b")}).empty());
  CHECK(scored({run(1, 1), run(2, 1.04)}).empty());
  CHECK(scored({run(1, 1), run(1, 2)}).empty());
  CHECK(scored({run(1, 1), run(2, 2)}).front().pairs == 1);
  // Which of two comes first is no matter.
  for (const double other : {1.049, 1.051, 1.0525, 1.06}) {
    const auto up = scored({run(1, 1), run(2, other)}), down = scored({run(2, other), run(1, 1)});
    CHECK(up.size() == down.size());
  }
}

TEST_CASE("a time that is printed twice is one run; others of one plan are as far apart as they are") {
  const double e = std::exp(0.1);
  const auto once = scored({run(1, 1), run(1, 1), run(2, 2)});
  CHECK(once.front().spread == 0);
  const auto spread = scored({run(1, 1), run(1, e), run(2, 2), run(2, 2 * e), run(4, 4), run(4, 4 * e)});
  CHECK(spread.front().spread == doctest::Approx(0.1 / std::sqrt(2)));
}

TEST_CASE("what the exact law reaches among runs that spread is what draws of them show") {
  std::mt19937 generator(1);
  for (const double deviation : {0.01, 0.04, 0.1}) {
    std::normal_distribution<double> noise(0, deviation);
    std::vector<TrainingPrediction> runs;
    double tau = 0, pairs = 0;
    for (int draw = 0; draw < 400; ++draw) {
      std::vector<TrainingPrediction> one;
      for (const double t : {1.0, 1.03, 1.07, 1.1, 1.2}) one.push_back(run(t, t * std::exp(noise(generator))));
      const auto order = scored(one);
      if (!order.empty()) {
        tau += order.front().tau * order.front().pairs;
        pairs += order.front().pairs;
      }
      if (draw < 100) runs.insert(runs.end(), one.begin(), one.end());
    }
    const OrderScore score = scored(runs).front();
    CHECK(score.spread == doctest::Approx(deviation).epsilon(0.1));
    CHECK(score.attainable == doctest::Approx(tau / pairs).epsilon(0.06));
    CHECK(score.tau == doctest::Approx(score.attainable).epsilon(0.06));
  }
}

TEST_CASE("the exact law is no better in every draw where all is in order, in none where nothing is, and in some between") {
  const std::vector<double> times{1, 1.2, 1.5, 2, 3};
  std::vector<TrainingPrediction> right, wrong;
  for (const double t : times) {
    right.push_back(run(2 * t, t));
    wrong.push_back(run(1 / t, t));
  }
  CHECK(scored(right).front().no_better == 1);
  CHECK(scored(wrong).front().no_better == 0);
  // Plans 7 % apart that run 10 % apart: one pair of three in the wrong order is nothing unusual.
  const auto noisy = scored({run(1, 1), run(1, 1.22), run(1.07, 1.3), run(1.07, 1.07), run(1.14, 1.15), run(1.14, 1.4)});
  CHECK(noisy.front().no_better > 0.05);
  CHECK(noisy.front().no_better < 1);
}
