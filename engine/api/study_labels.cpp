#include "engine/api/study_labels.h"

namespace ganvas {

Result<std::shared_ptr<const LearnedLabels>>
LabelShelf::get(const std::string& source, const Preparation& preparation, const Progress& progress) {
    const MutexLock lock(mutex_);
    auto data = open_dataset(source, preparation, progress);
    if (!data) return data.error();
    const std::string key = (*data)->fingerprint();
    if (const auto found = learned_.find(key); found != learned_.end()) return found->second;
    auto questions = questions_of(**data);
    if (!questions) return questions.error();
    const int count = static_cast<int>(questions->names.size());
    LearnedLabels labels{questions.take(), AttributeClassifier((*data)->channels(), count, 1), {}};
    auto report = labels.classifier.train(**data, labels.questions, {}, progress);
    if (!report) return report.error();
    labels.report = report.take();
    auto shared = std::make_shared<const LearnedLabels>(std::move(labels));
    learned_[key] = shared;
    return shared;
}

} // namespace ganvas
