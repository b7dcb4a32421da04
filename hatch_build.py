"""Build hook: compile the C++ sources of `tsrnn/nn/_kernels` into one shared library, where a compiler is found.

The library has a plain C interface and is opened with ctypes, so one wheel serves every Python: it is tagged
`py3-none-<platform>`. Without sources, without a compiler, or when the compiler fails, the build goes on without the
library and the wheel is tagged `py3-none-any`; the build log (`pip install -v`) says which of these it was.
`CXX` names another compiler; `CXX=false` builds without the library.
"""

import os
import shlex
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface
from packaging.tags import sys_tags

# The one place for compiler flags. Never -ffast-math (changes results) nor -march=native (breaks on other machines).
FLAGS = ("-O3", "-std=c++17", "-shared", "-fPIC", "-pthread")
COMPILERS = ("c++", "g++", "clang++")
FOLDER = "tsrnn/nn/_kernels"
LIBRARY = "libtsrnn.dll" if sys.platform == "win32" else "libtsrnn.so"  # macOS opens a .so as well


class KernelBuildHook(BuildHookInterface):  # type: ignore[type-arg]
    """Adds the compiled library to a wheel; for an editable install, puts it beside its sources."""

    PLUGIN_NAME = "custom"

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Compile, then tell hatchling what to pack and how to tag the wheel."""
        folder = Path(self.root, FOLDER)
        beside_sources = folder / LIBRARY
        self._scratch = tempfile.TemporaryDirectory(prefix="tsrnn-kernels-")
        compiled = Path(self._scratch.name, LIBRARY)
        if version == "editable":
            beside_sources.unlink(missing_ok=True)  # an older library must not outlive a failed build
        reason = compile_library(sorted(folder.glob("*.cpp")), compiled)
        if reason is not None:
            self.app.display_warning(f"tsrnn: built without compiled kernels ({reason}): it works, more slowly")
            return
        if version == "editable":
            shutil.copy2(compiled, beside_sources)
        else:
            build_data["force_include"][str(compiled)] = f"{FOLDER}/{LIBRARY}"
        build_data["pure_python"] = False
        build_data["tag"] = f"py3-none-{platform_tag()}"
        self.app.display_info(f"tsrnn: compiled {FOLDER}/{LIBRARY}")

    def finalize(self, version: str, build_data: dict[str, Any], artifact_path: str) -> None:
        """Remove the folder the library was compiled in."""
        self._scratch.cleanup()


def compile_library(sources: list[Path], library: Path) -> str | None:
    """Compile the sources into `library`; gives None when that worked, else the reason why not."""
    if not sources:
        return f"there is no {FOLDER}/*.cpp"
    compiler = find_compiler()
    if compiler is None:
        return f"no C++ compiler found (looked for {', '.join(COMPILERS)}; CXX names another)"
    command = [*compiler, *FLAGS, *map(str, sources), "-o", str(library)]
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False)
    except OSError as error:
        return f"{shlex.join(compiler)} could not be started ({error})"
    if done.returncode != 0 or not library.is_file():
        return f"`{shlex.join(command)}` ended with {done.returncode}: {done.stderr.strip()}"
    return None


def find_compiler() -> list[str] | None:
    """Give the compiler's command: what CXX says, else the first of the usual names that is installed."""
    named = shlex.split(os.environ.get("CXX", ""))
    if named:
        return named
    return next(([path] for path in map(shutil.which, COMPILERS) if path is not None), None)


def platform_tag() -> str:
    """Give the tag of this machine itself: which manylinux a library may claim only `auditwheel` can tell."""
    return next(tag.platform for tag in sys_tags() if not tag.platform.startswith(("manylinux", "musllinux")))
