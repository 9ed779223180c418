#include "experiments/figure.h"

#include <cstdlib>
#include <filesystem>
#include <memory>
#include <string>

#include "absl/flags/declare.h"
#include "absl/flags/flag.h"
#include "absl/flags/reflection.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "experiments/output_directory.h"
#include "experiments/test_folder.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

ABSL_DECLARE_FLAG(bool, figures);

namespace experiments {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::StartsWith;

class FigureTest : public ::testing::Test {
 protected:
  void SetUp() override {
    // matplotlib keeps a list of fonts there.
    setenv("MPLCONFIGDIR", ::testing::TempDir().c_str(), 1);
    absl::StatusOr<std::unique_ptr<OutputDirectory>> directory =
        OutputDirectory::Open(FreshFolder(), {});
    ASSERT_TRUE(directory.ok()) << directory.status();
    directory_ = *std::move(directory);
    WriteText(directory_->PathOf("summary.csv"),
              "algorithm,rank,metric,seeds,mean,median,ci_low,ci_high\n"
              "mle,2,error,20,9,0.5,0.4,0.6\n"
              "mle,50,error,20,9,0.1,0.08,0.2\n");
  }

  std::string Message(const Figure& figure,
                      const std::string& python = kPython) {
    return std::string(DrawFigures(*directory_, {figure}, python).message());
  }

  // A program to start in place of Python.
  std::string Script(const std::string& text) {
    const std::string path = directory_->PathOf("script");
    WriteText(path, "#!/bin/sh\n" + text + "\n");
    std::filesystem::permissions(path, std::filesystem::perms::owner_all);
    return path;
  }

  std::unique_ptr<OutputDirectory> directory_;
};

TEST_F(FigureTest, WritesBothFormats) {
  const absl::Status status =
      DrawFigures(*directory_, {{.name = "error",
                                 .metric = "error",
                                 .statistic = Statistic::kMedian,
                                 .x = "rank",
                                 .y_label = "value error",
                                 .log_y = true}});
  ASSERT_TRUE(status.ok()) << status;
  EXPECT_THAT(TextOf(directory_->PathOf("error.png")), StartsWith("\x89PNG"));
  EXPECT_THAT(
      TextOf(directory_->PathOf("error.svg")),
      AllOf(HasSubstr("<!-- rank -->"), HasSubstr("<!-- value error -->")));
}

TEST_F(FigureTest, HandsEverythingOn) {
  const Figure figure = {.name = "error",
                         .metric = "value error",
                         .statistic = Statistic::kMedian,
                         .x = "temperature",
                         .panels = "rank",
                         .panel_rows = "noise",
                         .reference = "best",
                         .where = {"a=1", "b=2"},
                         .title = "$(date) 'title'",
                         .x_label = "x y",
                         .log_x = false,
                         .log_y = true};
  const std::string log = directory_->PathOf("arguments");
  const std::string python = Script("printf '%s\\n' \"$@\" > " + log);
  ASSERT_EQ(Message(figure, python), "");
  EXPECT_THAT(
      TextOf(log),
      AllOf(StartsWith("-I\n-B\n/"), HasSubstr("/tools/plots/lines.py\n"),
            HasSubstr("--summary=" + directory_->path() +
                      "/summary.csv\n--output=" + directory_->path() +
                      "/error\n"),
            HasSubstr("--metric=value error\n--statistic=median\n"
                      "--x=temperature\n--lines=algorithm\n"
                      "--title=$(date) 'title'\n--panels=rank\n"
                      "--panel_rows=noise\n--reference=best\n"
                      "--where=a=1\n--where=b=2\n--x_label=x y\n"
                      "--linear_x\n--log_y\n")));
}

TEST_F(FigureTest, SaysHowToGetMatplotlib) {
  const Figure figure = {.name = "error", .metric = "error", .x = "rank"};
  for (const std::string& python : {Script("exit 3"), std::string("/none")}) {
    EXPECT_THAT(Message(figure, python),
                AllOf(HasSubstr("the results are in " + directory_->path()),
                      HasSubstr("the figure error was not drawn"),
                      HasSubstr("run ./tools/setup.sh, then the same")));
  }
}

TEST_F(FigureTest, AFlagDoesWithoutFigures) {
  absl::FlagSaver flags;
  absl::SetFlag(&FLAGS_figures, false);
  EXPECT_EQ(Message({.name = "error"}, "/none"), "");
}

TEST_F(FigureTest, PassesPythonsErrorOn) {
  EXPECT_THAT(Message({.name = "loss", .metric = "loss", .x = "rank"}),
              HasSubstr("lines.py ended with status 1, for the reason above"));
  EXPECT_THAT(Message({.name = "loss"}, Script("kill -9 $$")),
              HasSubstr("ended with status 137"));
}

TEST_F(FigureTest, DrawsATraining) {
  WriteText(directory_->PathOf("metrics.csv"),
            "env_steps,critic_loss\n1000,3\n2000,2\n3000,");
  const absl::Status status = DrawTrainingFigure(*directory_);
  ASSERT_TRUE(status.ok()) << status;
  EXPECT_THAT(TextOf(directory_->PathOf("training.png")),
              StartsWith("\x89PNG"));
  EXPECT_THAT(TextOf(directory_->PathOf("training.svg")),
              HasSubstr("<!-- critic loss -->"));
}

TEST_F(FigureTest, DrawsPolicies) {
  WriteText(directory_->PathOf("policies.csv"),
            "policy,start_value,row,column,kind,action,value\n"
            "mle,-2,0,0,start,right,-2\n"
            "mle,-2,0,1,goal,up,0\n");
  const absl::Status status = DrawPoliciesFigure(*directory_, "A walk");
  ASSERT_TRUE(status.ok()) << status;
  EXPECT_THAT(TextOf(directory_->PathOf("policies.png")),
              StartsWith("\x89PNG"));
  EXPECT_THAT(
      TextOf(directory_->PathOf("policies.svg")),
      AllOf(HasSubstr("<!-- A walk -->"), HasSubstr("<!-- mle: -2 -->")));
}

TEST_F(FigureTest, PoliciesToo) {
  EXPECT_THAT(
      DrawPoliciesFigure(*directory_, "").message(),  // There are none.
      AllOf(HasSubstr("the figure policies was not drawn"),
            HasSubstr("policies.py ended with status 1, for the reason")));
  absl::FlagSaver flags;
  absl::SetFlag(&FLAGS_figures, false);
  EXPECT_TRUE(DrawPoliciesFigure(*directory_, "", "/none").ok());
}

TEST_F(FigureTest, ATrainingToo) {
  EXPECT_THAT(
      DrawTrainingFigure(*directory_).message(),  // There is none.
      AllOf(HasSubstr("the figure training was not drawn"),
            HasSubstr("training.py ended with status 1, for the reason")));
  EXPECT_THAT(DrawTrainingFigure(*directory_, "/none").message(),
              HasSubstr("run ./tools/setup.sh, then the same"));
  absl::FlagSaver flags;
  absl::SetFlag(&FLAGS_figures, false);
  EXPECT_TRUE(DrawTrainingFigure(*directory_, "/none").ok());
}

}  // namespace
}  // namespace experiments
