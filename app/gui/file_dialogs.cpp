#include "app/gui/file_dialogs.h"

#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <portable_file_dialogs.h>

namespace ganvas {

struct FileDialogs::Open {
    FileQuestion question;
    std::function<void(std::string)> answer;
    std::unique_ptr<pfd::open_file> file;
    std::unique_ptr<pfd::select_folder> folder;
    std::unique_ptr<pfd::save_file> save;
    bool typed = false;
};

FileDialogs::FileDialogs() = default;
FileDialogs::~FileDialogs() {
    // pfd's destructor waits for the dialog to be closed; ending the program must not.
    if (!open_) return;
    if (open_->file) open_->file->kill();
    if (open_->folder) open_->folder->kill();
    if (open_->save) open_->save->kill();
}

void FileDialogs::ask(FileQuestion question, std::function<void(std::string)> answer) {
    if (open_ && !open_->typed) return; // one is open already: the system shows it
    open_ = std::make_unique<Open>();
    open_->answer = std::move(answer);
    open_->question = std::move(question);
    const FileQuestion& asked = open_->question;
    if (!pfd::settings::available()) {
        open_->typed = true;
        return;
    }
    std::vector<std::string> filters = asked.filters;
    filters.insert(filters.end(), {"All files", "*"});
    switch (asked.kind) {
    case FileQuestion::Kind::open_file:
        open_->file = std::make_unique<pfd::open_file>(asked.title, asked.suggestion, filters);
        break;
    case FileQuestion::Kind::open_folder:
        open_->folder = std::make_unique<pfd::select_folder>(asked.title, asked.suggestion);
        break;
    case FileQuestion::Kind::save_file:
        open_->save = std::make_unique<pfd::save_file>(asked.title, asked.suggestion, filters);
        break;
    }
}

bool FileDialogs::poll() {
    if (!open_ || open_->typed) return false;
    std::string path;
    if (open_->file) {
        if (!open_->file->ready(0)) return true;
        const auto paths = open_->file->result();
        if (!paths.empty()) path = paths.front();
    } else if (open_->folder) {
        if (!open_->folder->ready(0)) return true;
        path = open_->folder->result();
    } else if (open_->save) {
        if (!open_->save->ready(0)) return true;
        path = open_->save->result();
    }
    const auto answer = std::move(open_->answer);
    open_.reset();
    if (!path.empty()) answer(std::move(path));
    return false;
}

const FileQuestion* FileDialogs::typed_question() const {
    return open_ && open_->typed ? &open_->question : nullptr;
}

void FileDialogs::answer_typed(const std::string& path) {
    if (!open_ || !open_->typed) return;
    const auto answer = std::move(open_->answer);
    open_.reset();
    if (!path.empty()) answer(path);
}

bool FileDialogs::open_page(const std::string& path) {
    std::erase_if(started_, [](int process) { return ::waitpid(process, nullptr, WNOHANG) != 0; });
    std::string program = "xdg-open", file = path;
    char* const arguments[] = {program.data(), file.data(), nullptr};
    pid_t process = 0;
    if (::posix_spawnp(&process, "xdg-open", nullptr, nullptr, arguments, ::environ) != 0) return false;
    started_.push_back(process);
    return true;
}

} // namespace ganvas
