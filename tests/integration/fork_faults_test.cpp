/// A fork on a failing disk.
#include <doctest/doctest.h>

#include <string>

#include "engine/api/operations.h"
#include "engine/api/session_fork.h"
#include "engine/runs/run_store.h"
#include "tests/support/every_fault.h"
#include "tests/support/session_place.h"

using namespace ganvas;
using namespace ganvas::testing;

TEST_CASE("a fork is whole or not there, whatever file call of it fails") {
    const Place place;
    ForkRequest request;
    request.parent = (place.folder / "parent").string();
    TrainOptions options;
    options.data = request.data_source = "faces:64";
    options.out = request.parent;
    options.steps = 4;
    options.assignments = {"generator.width=8", "discriminator.width=8", "image.size=32",
                           "latent.size=16",    "train.batch=8",         "train.log_every=2",
                           "measure.live=false"};
    const auto trained = train(options, {}, {}, {});
    REQUIRE_MESSAGE(trained.ok(), (trained ? "" : trained.error().line()));
    request.checkpoint = trained->checkpoint;
    const auto parent = read_run(request.parent);
    REQUIRE(parent.ok());
    request.settings = parent->settings;
    CHECK(check_every_fault({"a fork", [](const Path&) {},
                             [&](const Path& folder) -> Result<void> {
                                 ForkRequest wanted = request;
                                 wanted.folder = folder / "fork";
                                 auto made = make_fork(wanted);
                                 return made ? Result<void>() : Result<void>(made.error());
                             }})
          > 30);
}
