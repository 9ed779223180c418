// The claims of the paper, one file each: proposition_1.cc and so on. Every one
// builds its problem or class of functions, measures with the losses of
// losses/, and says with numbers whether it holds.
#ifndef EXPERIMENTS_CALIBRATION_CLAIMS_H_
#define EXPERIMENTS_CALIBRATION_CLAIMS_H_

#include "experiments/calibration/claim.h"

namespace experiments {

// IterVAML zero makes the model's Bellman operator the real one.
Claim Proposition1(const Search& search);
// The sample loss prefers a wrong model of less variance.
Claim Proposition2(const Search& search);
// The corrected loss does not.
Claim Proposition3(const Search& search);
// MuZero's loss misses the value, even with the true kernel as the model.
Claim Proposition4(const Search& search);
// A deterministic model suffices where everything is continuous.
Claim Proposition5(const Search& search);
// Of all models with the right mean, those of least variance cost least.
Claim Lemma1(const Search& search);
// A point mass may cost less than all models with the right mean.
Claim Lemma2(const Search& search);
// Shrinking a function lowers a loss that pays for variance.
Claim Lemma4(const Search& search);
// Not in the paper: MuZero's loss alone lets model and value swap states.
Claim Relabelling(const Search& search);

}  // namespace experiments

#endif  // EXPERIMENTS_CALIBRATION_CLAIMS_H_
