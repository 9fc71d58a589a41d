#include "engine/api/explorer.h"

#include <algorithm>
#include <chrono>
#include <exception>
#include <span>

#include "engine/core/caught.h"
#include "engine/device/device.h"
#include "engine/device/thread_setup.h"
#include "engine/latent/renderer.h"

namespace ganvas {

Explorer::Explorer(std::function<void()> wake, std::string device)
    : wake_(std::move(wake)), device_(std::move(device)),
      thread_([this](std::stop_token stop) { run(stop); }) {}

Explorer::~Explorer() {
    thread_.request_stop();
    changed_.notify_all();
}

void Explorer::set_model(ExplorerModel model) {
    {
        const MutexLock lock(mutex_);
        new_model_ = std::move(model);
        for (Channel& channel : channels_)
            if (channel.request && channel.request->follow_model) channel.pending = true;
    }
    changed_.notify_all();
}

void Explorer::request(LatentRequest request) {
    {
        const MutexLock lock(mutex_);
        Channel& channel = channels_[static_cast<int>(request.channel)];
        channel.request = std::move(request);
        channel.pending = true;
    }
    changed_.notify_all();
}

void Explorer::set_alone(bool alone) {
    const MutexLock lock(mutex_);
    alone_ = alone;
}

std::vector<PreviewFrame> Explorer::take_frames() {
    std::vector<PreviewFrame> frames;
    const MutexLock lock(mutex_);
    for (Channel& channel : channels_)
        if (channel.frame) {
            frames.push_back(std::move(*channel.frame));
            channel.frame.reset();
        }
    return frames;
}

std::string Explorer::take_notice() {
    const MutexLock lock(mutex_);
    return std::exchange(notice_, {});
}

void Explorer::say(std::string notice) {
    const MutexLock lock(mutex_);
    notice_ = std::move(notice);
}

Explorer::Channel* Explorer::smallest_pending() {
    Channel* chosen = nullptr;
    for (Channel& channel : channels_)
        if (channel.pending
            && (chosen == nullptr || channel.request->points.size() < chosen->request->points.size()))
            chosen = &channel;
    return chosen;
}

std::optional<Explorer::Work> Explorer::next(std::stop_token stop) {
    MutexLock lock(mutex_);
    Channel* chosen = nullptr;
    changed_.wait(lock, stop, [&]() GANVAS_REQUIRES(mutex_) {
        return (chosen = smallest_pending()) != nullptr || new_model_.has_value();
    });
    if (stop.stop_requested()) return std::nullopt;
    Work work;
    work.new_model = std::exchange(new_model_, std::nullopt);
    work.alone = alone_;
    if (chosen != nullptr) {
        work.request = *chosen->request;
        chosen->pending = false;
    }
    return work;
}

std::optional<LatentRequest> Explorer::take_small(PreviewChannel besides) {
    const MutexLock lock(mutex_);
    Channel* chosen = smallest_pending();
    if (!chosen || chosen->request->points.size() > piece || chosen->request->channel == besides)
        return std::nullopt;
    chosen->pending = false;
    return *chosen->request;
}

void Explorer::publish(PreviewFrame frame) {
    {
        const MutexLock lock(mutex_);
        channels_[static_cast<int>(frame.channel)].frame = std::move(frame);
    }
    if (wake_) wake_();
}

namespace {

/// Loads newer weights into the renderer, or makes one; directions that came along replace the old ones. `device`
/// becomes the CPU, and `notice` says why, when the model cannot be brought to the GPU.
Result<void> take_model(std::unique_ptr<Renderer>& renderer, const ExplorerModel& model, c10::Device& device,
                        std::string& notice) {
    if (renderer && renderer->space().prior == model.prior) {
        if (auto loaded = renderer->load(model.model); !loaded) return loaded;
    } else {
        auto made = Renderer::create(model.model, model.prior);
        if (!made) return made.error();
        renderer = made.take();
        if (device.is_cuda())
            if (const auto moved = renderer->use_device(device); !moved) {
                notice = "exploring on the CPU: " + moved.error().line();
                device = c10::Device(c10::kCPU);
            }
    }
    if (auto attached = renderer->attach_attributes(model.attributes); !attached) return attached;
    return renderer->attach_axes(model.axes);
}

} // namespace

Result<ImageBatch> Explorer::in_pieces(Renderer& renderer, const LatentRequest& request) {
    const std::span<const LatentPoint> points = request.points;
    if (points.size() <= piece) return renderer.render(points);
    ImageBatch all;
    for (std::size_t first = 0; first < points.size(); first += piece) {
        auto part = renderer.render(points.subspan(first, std::min(piece, points.size() - first)));
        if (!part) return part;
        if (first == 0) {
            all = part.take();
            all.pixels.reserve(all.image_bytes() * points.size());
        } else {
            all.pixels.insert(all.pixels.end(), part->pixels.begin(), part->pixels.end());
            all.count += part->count;
        }
        while (const auto urgent = take_small(request.channel)) serve(renderer, *urgent, false);
    }
    return all;
}

void Explorer::serve(Renderer& renderer, const LatentRequest& request, bool alone) {
    const auto start = std::chrono::steady_clock::now();
    PreviewFrame frame;
    frame.id = request.id;
    frame.channel = request.channel;
    try {
        frame.model_id = renderer.model_id();
        std::optional<Result<ImageBatch>> images;
        if (!renderer.device().is_cpu())
            images = renderer.render(request.points);
        else if (alone)
            on_all_processors([&] { images = renderer.render(request.points); });
        else
            images = in_pieces(renderer, request);
        if (*images)
            frame.images = std::make_shared<const ImageBatch>(images->take());
        else
            frame.error = images->error();
    } catch (const std::exception& error) {
        frame.error = error_of(error, "explorer", "open another checkpoint");
    }
    frame.milliseconds =
        std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - start).count();
    publish(std::move(frame));
}

void Explorer::run(std::stop_token stop) {
    prepare_worker_thread(1);
    std::unique_ptr<Renderer> renderer;
    c10::Device device(c10::kCPU);
    bool device_chosen = false;
    std::optional<Error> model_error = Error{ErrorCode::not_found, "no model is loaded yet", "", ""};
    while (auto work = next(stop)) {
        try {
            if (work->new_model) {
                std::string notice;
                const auto loaded = take_model(renderer, *work->new_model, device, notice);
                if (!notice.empty()) say(std::move(notice));
                model_error = loaded ? std::nullopt : std::optional(loaded.error());
            }
        } catch (const std::exception& error) {
            model_error = error_of(error, "explorer", "open another checkpoint");
        }
        if (work->request.points.empty()) continue;
        if (model_error) {
            PreviewFrame frame;
            frame.id = work->request.id;
            frame.channel = work->request.channel;
            frame.error = model_error;
            publish(std::move(frame));
        } else {
            serve(*renderer, work->request, work->alone);
            if (renderer->device() != device) {
                device = renderer->device();
                say("exploring on the CPU: the GPU has no memory left beside training");
            }
        }
        if (device_chosen || !renderer) continue;
        // After the first picture: to open a GPU takes seconds. Why it is not used the trainer says.
        device_chosen = true;
        if (const auto chosen = choose_device(device_); chosen && chosen->device.is_cuda()) {
            const auto moved = renderer->use_device(chosen->device);
            if (moved)
                device = chosen->device;
            else
                say("exploring on the CPU: " + moved.error().line());
        }
    }
}

} // namespace ganvas
