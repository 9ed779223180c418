// Tables for the terminal.
#ifndef EXPERIMENTS_TEXT_TABLE_H_
#define EXPERIMENTS_TEXT_TABLE_H_

#include <string>
#include <vector>

namespace experiments {

// Lines of aligned columns; the first row holds the headings. A column with
// nothing but numbers below its heading is aligned to the right, any other to
// the left. Missing cells are empty.
std::string TextTable(const std::vector<std::vector<std::string>>& rows);

}  // namespace experiments

#endif  // EXPERIMENTS_TEXT_TABLE_H_
