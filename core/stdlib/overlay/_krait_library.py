# The finder and loader of the library that is packed into the interpreter.
#
# It serves one directory name (sys._stdlib_dir) on sys.path and the package directories below it, so that modules
# have the __file__, __path__ and __spec__ they would have if the library were installed there.

import _imp
import sys
import _frozen_importlib as _bootstrap


class LibraryLoader:
    """Loads modules of the built-in library."""

    def __init__(self, name, path):
        self.name = name
        self.path = path

    def __repr__(self):
        return f'{self.__class__.__name__}({self.name!r}, {self.path!r})'

    def __eq__(self, other):
        return self.__class__ == other.__class__ and self.__dict__ == other.__dict__

    def __hash__(self):
        return hash(self.name) ^ hash(self.path)

    def create_module(self, spec):
        return None

    def exec_module(self, module):
        code = _imp.library_code(module.__spec__.name if module.__spec__ else self.name)
        _bootstrap._call_with_frames_removed(exec, code, module.__dict__)

    def load_module(self, fullname):
        return _bootstrap._load_module_shim(self, fullname)

    def get_code(self, fullname):
        return _imp.library_code(fullname)

    def get_source(self, fullname):
        return _imp.library_source(fullname)

    def is_package(self, fullname):
        return _imp.library_find(fullname)[1]

    def get_filename(self, fullname):
        return self.path

    def get_data(self, path):
        root = sys._stdlib_dir + '/'
        if path.startswith(root):
            data = _imp.library_data(path[len(root):])
            if data is not None:
                return data
        with _open(path, 'rb') as file:
            return file.read()

    def path_stats(self, path):
        raise OSError

    def get_resource_reader(self, module):
        return None


def _open(path, mode):
    import io
    return io.open_code(path)


class LibraryFinder:
    """Finds modules in a directory of the built-in library."""

    def __init__(self, path):
        root = sys._stdlib_dir
        if path != root and not path.startswith(root + '/'):
            raise ImportError('only the library directory is supported', path=path)
        if path != root and not _imp.library_has_package(path[len(root) + 1:].replace('/', '.')):
            raise ImportError('not a package of the library', path=path)
        self.path = path

    def __repr__(self):
        return f'{self.__class__.__name__}({self.path!r})'

    def find_spec(self, fullname, target=None):
        prefix = self.path[len(sys._stdlib_dir) + 1:].replace('/', '.')
        tail = fullname.rpartition('.')[2]
        name = f'{prefix}.{tail}' if prefix else tail
        found = _imp.library_find(name)
        if found is None:
            return None
        file, is_package = found
        path = f'{sys._stdlib_dir}/{file}'
        spec = _bootstrap.ModuleSpec(fullname, LibraryLoader(name, path), origin=path, is_package=is_package)
        spec._set_fileattr = True
        if is_package:
            spec.submodule_search_locations = [path.rpartition('/')[0]]
        return spec

    def iter_modules(self, prefix=''):
        package = self.path[len(sys._stdlib_dir) + 1:].replace('/', '.')
        package = package + '.' if package else ''
        for name, is_package in _imp.library_names():
            if name.startswith(package) and '.' not in name[len(package):]:
                yield prefix + name[len(package):], is_package

    def invalidate_caches(self):
        pass


def _install():
    sys.path_hooks.insert(0, LibraryFinder)
