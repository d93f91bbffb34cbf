// What does a fit of training constants start from?
#pragma once

namespace eigenbau::fit {

/// What constants are before a fit looks at its rows.
enum class FitFrom {
  published_findings,  ///< kernel tables, publications, documentation: every stack is fitted anew, near its parent
  catalog,             ///< as they stand: stacks with rows of their own depart from that, all others stay
};

}  // namespace eigenbau::fit
