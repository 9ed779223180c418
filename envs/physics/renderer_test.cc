#include "envs/physics/renderer.h"

#include <algorithm>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "envs/physics/model.h"
#include "envs/physics/physics.h"
#include "envs/registry.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

// Read by the leak checker: OSMesa keeps 160 bytes of each context it destroys.
extern "C" const char* __lsan_default_suppressions();
extern "C" const char* __lsan_default_suppressions() {
  return "leak:libOSMesa.so.8";
}

namespace envs {
namespace {

using ::testing::HasSubstr;
using Picture = std::vector<uint8_t>;

constexpr int kWidth = 160;
constexpr int kHeight = 120;

// A red ball over a green floor under a black sky, and a ball in the corner.
constexpr char kBall[] = R"(
<mujoco>
  <visual><quality shadowsize="256"/></visual>
  <worldbody>
    <light pos="0 0 5"/>
    <camera name="front" pos="0 -3 1" xyaxes="1 0 0 0 0 1"/>
    <camera pos="0 -9 1" xyaxes="1 0 0 0 0 1"/>
    <geom name="floor" type="plane" size="20 20 1" rgba="0 1 0 1"/>
    <geom name="target" size=".1" rgba="0 0 1 1" pos="-.8 0 1.5"/>
    <body name="ball" pos="0 0 1">
      <joint name="x" type="slide" axis="1 0 0"/>
      <geom name="ball" size=".3" rgba="1 0 0 1"/>
    </body>
  </worldbody>
</mujoco>)";

ModelPtr Load(const std::string& xml) {
  absl::StatusOr<ModelPtr> model = LoadModel(xml);
  EXPECT_TRUE(model.ok()) << model.status();
  return *std::move(model);
}

std::unique_ptr<Renderer> MakeRenderer(ModelPtr model, int width = kWidth,
                                       int height = kHeight) {
  absl::StatusOr<std::unique_ptr<Renderer>> renderer =
      Renderer::Create(std::move(model), width, height);
  EXPECT_TRUE(renderer.ok()) << renderer.status();
  return *std::move(renderer);
}

Picture Copy(absl::Span<const uint8_t> pixels) {
  return {pixels.begin(), pixels.end()};
}

// The mean of a channel over rows [top, bottom).
double Mean(const Picture& picture, int channel, int top, int bottom) {
  double sum = 0;
  for (int i = top * kWidth; i < bottom * kWidth; ++i) {
    sum += picture[3 * i + channel];
  }
  return sum / ((bottom - top) * kWidth);
}

int DifferentBytes(const Picture& a, const Picture& b) {
  int different = 0;
  for (size_t i = 0; i < a.size(); ++i) different += a[i] != b[i];
  return different;
}

// The column in whose middle the pixels of one pure colour lie.
double ColumnOf(const Picture& picture, int channel) {
  double sum = 0;
  int count = 0;
  for (int i = 0; i < kWidth * kHeight; ++i) {
    const uint8_t* pixel = &picture[3 * i];
    const int others = pixel[0] + pixel[1] + pixel[2] - pixel[channel];
    if (pixel[channel] > 40 && others < 20) {
      sum += i % kWidth;
      ++count;
    }
  }
  EXPECT_GT(count, 20);
  return sum / count;
}

TEST(RendererTest, TopIsUp) {
  Physics physics(Load(kBall));
  const auto renderer = MakeRenderer(Load(kBall));
  const Picture picture = Copy(renderer->Render(physics, 0));
  ASSERT_EQ(picture.size(), 3 * kWidth * kHeight);
  EXPECT_LT(Mean(picture, 1, 0, 20), 1);
  EXPECT_GT(Mean(picture, 1, kHeight - 20, kHeight), 20);
  EXPECT_LT(ColumnOf(picture, 2), 50);  // the target is on the left
}

TEST(RendererTest, FollowsThePhysics) {
  Physics physics(Load(kBall));
  const auto renderer = MakeRenderer(Load(kBall));
  const Picture first = Copy(renderer->Render(physics, 0));
  EXPECT_EQ(DifferentBytes(first, Copy(renderer->Render(physics, 0))), 0);
  EXPECT_NEAR(ColumnOf(first, 0), kWidth / 2.0, 1);
  physics.Position("x") = 0.5;
  EXPECT_GT(ColumnOf(Copy(renderer->Render(physics, 0)), 0), 100);
  physics.Position("x") = 0;
  EXPECT_EQ(DifferentBytes(first, Copy(renderer->Render(physics, 0))), 0);
  // What tasks change in the model.
  const int target = physics.Id(mjOBJ_GEOM, "target");
  physics.model().geom_pos[3 * target] = 0.8;
  EXPECT_GT(ColumnOf(Copy(renderer->Render(physics, 0)), 2), 110);
  physics.model().geom_pos[3 * target] = -0.8;
  physics.model().geom_size[3 * target] = 0.2;
  EXPECT_GT(DifferentBytes(first, Copy(renderer->Render(physics, 0))), 100);
}

TEST(RendererTest, Caption) {
  Physics physics(Load(kBall));
  const auto renderer = MakeRenderer(Load(kBall));
  const Picture plain = Copy(renderer->Render(physics, 0));
  const Picture written = Copy(renderer->Render(physics, 0, "ball-roll"));
  EXPECT_LT(Mean(plain, 0, 0, 20), 1);
  EXPECT_GT(Mean(written, 0, 0, 20), 3);
}

TEST(RendererTest, Cameras) {
  Physics physics(Load(kBall));
  const auto renderer = MakeRenderer(Load(kBall));
  EXPECT_EQ(renderer->FindCamera("front").value(), 0);
  EXPECT_EQ(renderer->FindCamera("1").value(), 1);
  EXPECT_EQ(renderer->FindCamera("-1").value(), -1);
  for (const char* wrong : {"back", "2", "-2", "", "0.5"}) {
    const absl::Status status = renderer->FindCamera(wrong).status();
    EXPECT_TRUE(absl::IsNotFound(status)) << wrong;
    EXPECT_EQ(status.message(),
              absl::StrCat("there is no camera \"", wrong,
                           "\"; there are -1 (all from outside), 0 front, 1"));
  }
  const Picture near = Copy(renderer->Render(physics, 0));
  const Picture far = Copy(renderer->Render(physics, 1));
  EXPECT_GT(Mean(near, 0, 0, kHeight), 3 * Mean(far, 0, 0, kHeight));
  EXPECT_GT(Mean(Copy(renderer->Render(physics, -1)), 1, 0, kHeight), 10);
}

TEST(RendererTest, Sizes) {
  Physics physics(Load(kBall));
  for (const auto& [width, height] :
       {std::pair(3, 2), std::pair(41, 77), std::pair(700, 500)}) {
    const auto renderer = MakeRenderer(Load(kBall), width, height);
    const Picture picture = Copy(renderer->Render(physics, 0));
    EXPECT_EQ(picture.size(), 3u * width * height);
    // The floor, green, reaches into the last corner.
    EXPECT_GT(picture[picture.size() - 2], 10) << width << " x " << height;
  }
  for (const auto& [width, height] :
       {std::pair(0, 10), std::pair(10, -1), std::pair(4097, 10)}) {
    const absl::Status status =
        Renderer::Create(Load(kBall), width, height).status();
    EXPECT_TRUE(absl::IsInvalidArgument(status));
    EXPECT_EQ(status.message(),
              absl::StrCat("pictures may have 1 to 4096 pixels in width and "
                           "height, not ",
                           width, " x ", height));
  }
}

TEST(RendererTest, SeveralAtOnceAndOneAfterTheOther) {
  Physics physics(Load(kBall));
  const auto first = MakeRenderer(Load(kBall));
  const Picture expected = Copy(first->Render(physics, 0));
  for (int i = 0; i < 3; ++i) {
    const auto second = MakeRenderer(Load(kBall));
    EXPECT_EQ(Copy(second->Render(physics, 0)), expected);
    EXPECT_EQ(Copy(first->Render(physics, 0)), expected);
  }
  Picture elsewhere;
  std::thread([&] { elsewhere = Copy(first->Render(physics, 0)); }).join();
  EXPECT_EQ(elsewhere, expected);
}

TEST(RendererTest, ThreadsEachWithItsOwn) {
  Physics physics(Load(kBall));
  const Picture expected = Copy(MakeRenderer(Load(kBall))->Render(physics, 0));
  std::vector<Picture> pictures(4);
  std::vector<std::thread> threads;
  for (Picture& picture : pictures) {
    threads.emplace_back(
        [&] { picture = Copy(MakeRenderer(Load(kBall))->Render(physics, 0)); });
  }
  for (std::thread& thread : threads) thread.join();
  for (const Picture& picture : pictures) EXPECT_EQ(picture, expected);
}

TEST(RendererTest, Humanoid) {
  const auto environment = MakePhysicsEnvironment("humanoid-walk").value();
  environment->Reset(0);
  const auto renderer = MakeRenderer(LoadModelToDraw("humanoid-walk").value());
  const int side = renderer->FindCamera("side").value();
  const Picture picture = Copy(renderer->Render(environment->physics(), side));
  const auto [darkest, brightest] =
      std::minmax_element(picture.begin(), picture.end());
  EXPECT_GT(*brightest - *darkest, 100);
  const std::vector<double> action(environment->spec().action_size(), 0.5);
  for (int i = 0; i < 10; ++i) ASSERT_TRUE(environment->Step(action).ok());
  EXPECT_GT(DifferentBytes(
                picture, Copy(renderer->Render(environment->physics(), side))),
            1000);
}

TEST(RendererTest, TheDogHasMoreToSeeThanToTrainOn) {
  const auto environment = MakePhysicsEnvironment("dog-run").value();
  environment->Reset(0);
  const Physics& physics = environment->physics();
  const auto bare = MakeRenderer(CopyModel(physics.model()));
  const auto whole = MakeRenderer(LoadModelToDraw("dog-run").value());
  EXPECT_GT(DifferentBytes(Copy(bare->Render(physics, 0)),
                           Copy(whole->Render(physics, 0))),
            kWidth * kHeight / 5);
}

TEST(RendererTest, LeavesNothingInTheFolder) {
  std::filesystem::create_directories("empty");
  std::filesystem::current_path("empty");
  Physics physics(Load(kBall));
  MakeRenderer(Load(kBall))->Render(physics, 0);
  EXPECT_TRUE(std::filesystem::is_empty("."));
  std::filesystem::current_path("..");
}

TEST(RendererDeathTest, AnotherModel) {
  ::testing::FLAGS_gtest_death_test_style = "threadsafe";
  Physics physics(Load("<mujoco/>"));
  const auto renderer = MakeRenderer(Load(kBall));
  EXPECT_EXIT(renderer->Render(physics, 0), testing::ExitedWithCode(1),
              HasSubstr("ERROR: a physics of 0 positions cannot be drawn as a "
                        "model of 1."));
}

}  // namespace
}  // namespace envs
