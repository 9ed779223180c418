#include "envs/physics/model.h"

#include <filesystem>
#include <fstream>
#include <functional>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "envs/physics/physics.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "mujoco/mujoco.h"

namespace envs {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

constexpr char kBall[] = R"(
  <mujoco>
    <worldbody>
      <body name="ball">
        <freejoint/> <geom name="ball" size=".1"/> <site name="top"/>
      </body>
    </worldbody>
    <sensor> <gyro name="spin" site="top"/> </sensor>
  </mujoco>)";

// A file with this text; removed by the test runner.
std::string WriteFile(const std::string& name, const std::string& text) {
  const std::string path = testing::TempDir() + "/" + name;
  std::ofstream(path) << text;
  return path;
}

// One sentence of this kind with this in it.
void ExpectError(const absl::StatusOr<ModelPtr>& model, absl::StatusCode code,
                 const std::string& part) {
  ASSERT_FALSE(model.ok()) << part;
  EXPECT_EQ(model.status().code(), code);
  EXPECT_THAT(std::string(model.status().message()),
              AllOf(HasSubstr(part), Not(HasSubstr("\n"))));
}

void ExpectBroken(const absl::StatusOr<ModelPtr>& model,
                  const std::string& part) {
  ExpectError(model, absl::StatusCode::kInvalidArgument, part);
}

TEST(LoadModel, TakesTextAndFiles) {
  const absl::StatusOr<ModelPtr> text = LoadModel(kBall);
  ASSERT_TRUE(text.ok()) << text.status();
  const absl::StatusOr<ModelPtr> file = LoadModel(WriteFile("ball.xml", kBall));
  ASSERT_TRUE(file.ok()) << file.status();
  EXPECT_EQ((*file)->nq, 7);
  EXPECT_EQ((*text)->nq, 7);
}

TEST(LoadModel, FindsIncludesBesideTheFile) {
  WriteFile("part.xml",
            "<mujoco><worldbody><geom size='1'/></worldbody></mujoco>");
  const absl::StatusOr<ModelPtr> whole = LoadModel(
      WriteFile("whole.xml", "<mujoco><include file='./part.xml'/></mujoco>"));
  ASSERT_TRUE(whole.ok()) << whole.status();
  EXPECT_EQ((*whole)->ngeom, 1);
}

TEST(LoadModel, NamesAMissingFile) {
  for (const std::string path : {"nowhere/ball.xml", "", "/"}) {
    ExpectError(LoadModel(path), absl::StatusCode::kNotFound,
                "there is no model file " + path);
    ExpectError(LoadModelWithoutLooks(path), absl::StatusCode::kNotFound,
                "there is no model file " + path);
  }
}

TEST(LoadModel, SaysWhatIsBroken) {
  const std::string sentence = "the model's XML text is no MuJoCo model: ";
  ExpectBroken(LoadModel("<mujoco"), sentence);
  ExpectBroken(LoadModel("<mujoco><worldbody></mujoco>"), sentence);
  ExpectBroken(LoadModel("<html/>"), sentence);
  ExpectBroken(LoadModel("<mujoco><blub/></mujoco>"), "blub");
  ExpectBroken(LoadModel("<mujoco><worldbody><geom size='x'/></worldbody>"
                         "</mujoco>"),
               "size");
  // Found when it is compiled: a body that moves has no mass.
  ExpectBroken(LoadModel("<mujoco><worldbody><body><freejoint/></body>"
                         "</worldbody></mujoco>"),
               "mass");
  const std::string path = WriteFile("broken.xml", "<mujoco>\n<blub/>");
  ExpectBroken(LoadModel(path), path + " is no MuJoCo model: ");
  ExpectBroken(LoadModelWithoutLooks(path), path + " is no MuJoCo model: ");
  ExpectBroken(LoadModel(WriteFile("empty.xml", "")), "empty.xml");
  ExpectBroken(LoadModel(WriteFile("binary.xml", std::string(100, '\xff'))),
               "binary.xml");
}

TEST(LoadModel, NamesAMissingInclude) {
  const std::string path = WriteFile(
      "lacking.xml", "<mujoco><include file='./lacks.xml'/></mujoco>");
  ExpectBroken(LoadModel(path), "lacks.xml");
}

TEST(Delete, RemovesOrSaysWhatIsMissing) {
  const auto without = [](mjtObj type, const std::string& name) {
    return LoadModel(kBall,
                     [=](mjSpec& spec) { return Delete(spec, type, name); });
  };
  EXPECT_EQ((*without(mjOBJ_SENSOR, "spin"))->nsensor, 0);
  EXPECT_EQ((*without(mjOBJ_BODY, "ball"))->nbody, 1);
  ExpectBroken(without(mjOBJ_GEOM, "bill"),
               "it has no geom \"bill\" to delete");
  ExpectBroken(without(mjOBJ_SENSOR, ""), "it has no sensor \"\" to delete");
}

TEST(Resize, WritesOrSaysWhatIsMissing) {
  const auto resized = [](const std::string& name) {
    return LoadModel(kBall,
                     [=](mjSpec& spec) { return Resize(spec, name, 2, 0, 0); });
  };
  EXPECT_EQ((*resized("ball"))->geom_size[0], 2);
  ExpectBroken(resized("bill"), "it has no geom \"bill\" to resize");
  ExpectBroken(
      LoadModel(kBall,
                [](mjSpec& spec) { return Resize(spec, "ball", -1, 0, 0); }),
      "size");
}

TEST(Physics, EndsTheProcessForANameThatIsNotThere) {
  Physics physics(*LoadModel(kBall));
  const auto expect = [](const std::function<void()>& mistake,
                         const std::string& sentence) {
    EXPECT_EXIT(mistake(), testing::ExitedWithCode(1),
                "^ERROR: the model has no " + sentence + "\\.\n$");
  };
  expect([&] { physics.Body("bill"); }, "body named \"bill\"");
  expect([&] { physics.Geom("bill"); }, "geom named \"bill\"");
  expect([&] { physics.Site("bottom"); }, "site named \"bottom\"");
  expect([&] { physics.Sensor(""); }, "sensor named \"\"");
  expect([&] { physics.Position("knee"); }, "joint named \"knee\"");
  expect([&] { physics.Velocity("knee"); }, "joint named \"knee\"");
  EXPECT_EQ(physics.Body("ball").position.z(), 0);
  EXPECT_EQ(physics.Sensor("spin").size(), 3);
}

}  // namespace
}  // namespace envs
