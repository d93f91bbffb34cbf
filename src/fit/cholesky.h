// How is a symmetric positive definite system solved?
#pragma once

#include <vector>

namespace eigenbau::fit {

/// x of A·x = b by Cholesky's factorization A = L·Lᵀ; `a` is row-major, n x n, and only its lower triangle is read. A diagonal
/// of L that rounding would take below zero is held at 1e-6.
std::vector<double> solve_positive(std::vector<double> a, std::vector<double> b);

}  // namespace eigenbau::fit
