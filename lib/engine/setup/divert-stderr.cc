// TensorFlow prints to standard error while its libraries load, before any setting of its own can stop it. This addon puts standard
// error into memory meanwhile and gives back what was written, so that the caller can drop the chatter and repeat real messages.
#include <node_api.h>
#include <sys/mman.h>
#include <unistd.h>
#include <string>

static int saved_stderr = -1;
static int memory = -1;

// divert(): true once standard error goes to memory, false where that cannot be done (nothing changes then).
static napi_value Divert(napi_env env, napi_callback_info) {
  bool diverted = false;
  if (saved_stderr < 0) {
    memory = memfd_create("stderr", MFD_CLOEXEC);
    saved_stderr = memory < 0 ? -1 : dup(STDERR_FILENO);
    diverted = saved_stderr >= 0 && dup2(memory, STDERR_FILENO) >= 0;
    if (!diverted) {
      if (memory >= 0) close(memory);
      if (saved_stderr >= 0) close(saved_stderr);
      saved_stderr = memory = -1;
    }
  }
  napi_value result;
  napi_get_boolean(env, diverted, &result);
  return result;
}

// restore(): puts standard error back and returns what was written meanwhile.
static napi_value Restore(napi_env env, napi_callback_info) {
  std::string text;
  if (saved_stderr >= 0) {
    dup2(saved_stderr, STDERR_FILENO);
    close(saved_stderr);
    char buffer[4096];
    lseek(memory, 0, SEEK_SET);
    for (ssize_t n; (n = read(memory, buffer, sizeof buffer)) > 0;) text.append(buffer, n);
    close(memory);
    saved_stderr = memory = -1;
  }
  napi_value result;
  napi_create_string_utf8(env, text.data(), text.size(), &result);
  return result;
}

static napi_value Init(napi_env env, napi_value exports) {
  napi_value function;
  napi_create_function(env, "divert", NAPI_AUTO_LENGTH, Divert, nullptr, &function);
  napi_set_named_property(env, exports, "divert", function);
  napi_create_function(env, "restore", NAPI_AUTO_LENGTH, Restore, nullptr, &function);
  napi_set_named_property(env, exports, "restore", function);
  return exports;
}

NAPI_MODULE(divert_stderr, Init)
