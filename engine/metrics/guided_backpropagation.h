/// What the filters of a discriminator's last convolution look for, as pictures (Springenberg et al. 2015; the figures of
/// Radford et al. 2015 and of the third report).
///
/// For one picture and one filter: the gradient of the filter's largest answer with respect to the picture, keeping at
/// every activation only positive gradients through positive answers (so a filter that nothing excites is grey). Blocks
/// for a second; one thread at a time; the discriminator is put into evaluation mode and its weights stay as they are.
#pragma once

#include <memory>

#include "engine/core/image.h"
#include "engine/core/result.h"

namespace ganvas {

class Discriminator;

/// `filters` pictures for each of `images` (its first filters, then the next picture's), of D's size and channels. Each
/// is scaled by its own largest gradient; mid-grey is none. Error `usage` when the last layer has fewer filters.
[[nodiscard]] Result<ImageBatch> guided_backpropagation(Discriminator& discriminator,
                                                        const ImageBatch& images, int filters);

/// One row a picture: the picture, its `filters` of `trained`, its `filters` of `untrained`.
[[nodiscard]] Result<ImageBatch> filter_sheet(Discriminator& trained, Discriminator& untrained,
                                              const ImageBatch& images, int filters);

} // namespace ganvas
