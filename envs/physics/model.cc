#include "envs/physics/model.h"

#include <algorithm>
#include <array>
#include <filesystem>
#include <memory>
#include <string>
#include <system_error>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/string_view.h"
#include "envs/physics/messages.h"
#include "mujoco/mujoco.h"

namespace envs {
namespace {

struct SpecDeleter {
  void operator()(mjSpec* spec) const { mj_deleteSpec(spec); }
};
using SpecPtr = std::unique_ptr<mjSpec, SpecDeleter>;

bool IsText(absl::string_view xml) {
  return absl::StartsWith(absl::StripLeadingAsciiWhitespace(xml), "<");
}

// One sentence whatever MuJoCo writes.
absl::Status Broken(absl::string_view xml, absl::string_view reason) {
  return absl::InvalidArgumentError(absl::StrCat(
      IsText(xml) ? "the model's XML text" : xml, " is no MuJoCo model: ",
      absl::StrReplaceAll(absl::StripAsciiWhitespace(reason), {{"\n", ", "}})));
}

absl::StatusOr<SpecPtr> Parse(absl::string_view xml) {
  CatchMessages();
  std::array<char, 1000> reason = {};
  const std::string name(xml);
  mjSpec* spec = nullptr;
  if (IsText(xml)) {
    spec = mj_parseXMLString(name.c_str(), nullptr, reason.data(),
                             static_cast<int>(reason.size()));
  } else {
    std::error_code error;
    if (!std::filesystem::is_regular_file(name, error)) {
      return absl::NotFoundError(absl::StrCat("there is no model file ", xml));
    }
    spec = mj_parseXML(name.c_str(), nullptr, reason.data(),
                       static_cast<int>(reason.size()));
  }
  if (spec == nullptr) return Broken(xml, reason.data());
  return SpecPtr(spec);
}

absl::StatusOr<ModelPtr> Compile(absl::string_view xml, mjSpec& spec) {
  ModelPtr model(mj_compile(&spec, nullptr));
  if (model == nullptr) return Broken(xml, mjs_getError(&spec));
  return model;
}

std::vector<mjsElement*> ElementsOf(mjSpec& spec, mjtObj type) {
  std::vector<mjsElement*> elements;
  for (mjsElement* element = mjs_firstElement(&spec, type); element != nullptr;
       element = mjs_nextElement(&spec, element)) {
    elements.push_back(element);
  }
  return elements;
}

// Writes the inertias that MuJoCo found in the shapes into the spec.
void FixInertias(mjSpec& spec, const mjModel& model) {
  for (mjsElement* element : ElementsOf(spec, mjOBJ_BODY)) {
    mjsBody& body = *mjs_asBody(element);
    const int id = mjs_getId(element);
    if (id == 0) continue;  // the world
    body.mass = model.body_mass[id];
    std::copy_n(model.body_ipos + 3 * id, 3, body.ipos);
    std::copy_n(model.body_iquat + 4 * id, 4, body.iquat);
    std::copy_n(model.body_inertia + 3 * id, 3, body.inertia);
    body.explicitinertial = 1;
  }
}

void DeleteLooks(mjSpec& spec) {
  for (mjsElement* element : ElementsOf(spec, mjOBJ_GEOM)) {
    mjsGeom& geom = *mjs_asGeom(element);
    if (geom.type == mjGEOM_MESH) {
      mjs_delete(&spec, element);
    } else {
      mjs_setString(geom.material, "");
    }
  }
  for (mjsElement* element : ElementsOf(spec, mjOBJ_SITE)) {
    mjs_setString(mjs_asSite(element)->material, "");
  }
  for (const mjtObj type :
       {mjOBJ_SKIN, mjOBJ_MESH, mjOBJ_MATERIAL, mjOBJ_TEXTURE}) {
    for (mjsElement* element : ElementsOf(spec, type)) {
      mjs_delete(&spec, element);
    }
  }
}

absl::StatusOr<SpecPtr> ParseAndEdit(absl::string_view xml,
                                     const ModelEdit& edit) {
  absl::StatusOr<SpecPtr> spec = Parse(xml);
  if (!spec.ok() || !edit) return spec;
  const absl::Status status = edit(**spec);
  if (!status.ok()) return Broken(xml, status.message());
  return spec;
}

}  // namespace

absl::StatusOr<ModelPtr> LoadModel(absl::string_view xml,
                                   const ModelEdit& edit) {
  const absl::StatusOr<SpecPtr> spec = ParseAndEdit(xml, edit);
  if (!spec.ok()) return spec.status();
  return Compile(xml, **spec);
}

absl::StatusOr<ModelPtr> LoadModelWithoutLooks(absl::string_view xml,
                                               const ModelEdit& edit) {
  const absl::StatusOr<SpecPtr> spec = ParseAndEdit(xml, edit);
  if (!spec.ok()) return spec.status();
  const absl::StatusOr<ModelPtr> whole = Compile(xml, **spec);
  if (!whole.ok()) return whole.status();
  FixInertias(**spec, **whole);
  DeleteLooks(**spec);
  return Compile(xml, **spec);
}

ModelPtr CopyModel(const mjModel& model) {
  return ModelPtr(mj_copyModel(nullptr, &model));
}

absl::Status Delete(mjSpec& spec, mjtObj type, const std::string& name) {
  mjsElement* element = mjs_findElement(&spec, type, name.c_str());
  if (element == nullptr) {
    return absl::NotFoundError(absl::StrCat("it has no ", mju_type2Str(type),
                                            " \"", name, "\" to delete"));
  }
  mjs_delete(&spec, element);
  return absl::OkStatus();
}

absl::Status Resize(mjSpec& spec, const std::string& geom, double x, double y,
                    double z) {
  mjsElement* element = mjs_findElement(&spec, mjOBJ_GEOM, geom.c_str());
  if (element == nullptr) {
    return absl::NotFoundError(
        absl::StrCat("it has no geom \"", geom, "\" to resize"));
  }
  std::copy_n(std::array{x, y, z}.begin(), 3, mjs_asGeom(element)->size);
  return absl::OkStatus();
}

}  // namespace envs
