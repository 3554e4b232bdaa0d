// The outer part of the binding. TensorFlow logs a line as soon as its library is loaded, whatever TF_CPP_MIN_LOG_LEVEL says; so where
// that variable asks for less, the inner part, which needs the library, is loaded with the standard error stream put aside.
#include <dlfcn.h>
#include <fcntl.h>
#include <node_api.h>
#include <unistd.h>

#include <cstdlib>
#include <string>

namespace {

using Register = napi_value (*)(napi_env, napi_value);

std::string InnerPart() {
  Dl_info here;
  if (dladdr(reinterpret_cast<void*>(&InnerPart), &here) == 0) return "";
  const std::string path = here.dli_fname;
  return path.substr(0, path.rfind('/') + 1) + "tfjs_binding_inner.node";
}

bool LogIsWanted() {
  const char* level = std::getenv("TF_CPP_MIN_LOG_LEVEL");
  return level == nullptr || std::atoi(level) < 1;
}

void* LoadInnerPart() {
  const std::string path = InnerPart();
  const int kept = LogIsWanted() ? -1 : dup(STDERR_FILENO);
  const int nowhere = kept < 0 ? -1 : open("/dev/null", O_WRONLY);
  if (nowhere >= 0) {
    dup2(nowhere, STDERR_FILENO);
    close(nowhere);
  }
  void* loaded = dlopen(path.c_str(), RTLD_LAZY);
  if (kept >= 0) {
    dup2(kept, STDERR_FILENO);
    close(kept);
  }
  return loaded;
}

}  // namespace

NAPI_MODULE_INIT() {
  void* loaded = LoadInnerPart();
  void* inner = loaded == nullptr ? nullptr : dlsym(loaded, "napi_register_module_v1");
  if (inner == nullptr) {
    napi_throw_error(env, nullptr, dlerror());
    return nullptr;
  }
  return reinterpret_cast<Register>(inner)(env, exports);
}
