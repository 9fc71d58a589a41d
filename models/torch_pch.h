// The precompiled LibTorch header of models/ and of the engine's libraries that compute with tensors. A file with
// these headers takes 15 s to compile without it. It is never included by name: each source still names what it uses.
#pragma once

#include <torch/autograd.h>
#include <torch/nn.h>
#include <torch/optim.h>
#include <torch/utils.h>

#include <ATen/ATen.h>
#include <ATen/CPUGeneratorImpl.h>
#include <ATen/Parallel.h>
#include <ATen/autocast_mode.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <variant>
#include <vector>
