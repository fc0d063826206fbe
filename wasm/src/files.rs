//! The file system of a page: a tree in memory, with the host's own folders mounted on demand, read only.
//!
//! Plain data: no interpreter and no JavaScript in here, so that it is tested natively. Paths are bytes, errors are
//! error numbers. A mounted folder is listed when it is first looked into, a mounted file is read when it is first
//! opened; from then on both are like any other, so writing to them changes the copy in memory only.

use crate::os::errno::{EBADF, EBUSY, EEXIST, EFBIG, EINVAL, EIO, EISDIR, ELOOP, EMFILE, ENOENT, ENOSPC, ENOTDIR, ENOTEMPTY, ESPIPE};
use krait_bytecode::sorted_map::SortedMap;
use std::collections::HashMap;

pub type Errno = i32;
pub type FsResult<T> = std::result::Result<T, Errno>;

/// Number of a node.
pub type Ino = u32;

pub const O_ACCMODE: i32 = 3;
pub const O_WRONLY: i32 = 1;
pub const O_RDWR: i32 = 2;
pub const O_CREAT: i32 = 0o100;
pub const O_EXCL: i32 = 0o200;
pub const O_TRUNC: i32 = 0o1000;
pub const O_APPEND: i32 = 0o2000;
pub const O_DIRECTORY: i32 = 0o200_000;
pub const O_NOFOLLOW: i32 = 0o400_000;
pub const O_CLOEXEC: i32 = 0o2_000_000;

pub const S_IFMT: u32 = 0o170_000;
pub const S_IFDIR: u32 = 0o040_000;
pub const S_IFCHR: u32 = 0o020_000;
pub const S_IFREG: u32 = 0o100_000;
pub const S_IFLNK: u32 = 0o120_000;

const ROOT: Ino = 1;
/// Symbolic links followed in one path.
const MAX_LINKS: usize = 40;
const MAX_FILE: u64 = 1 << 31;
const MAX_DESCRIPTORS: usize = 4096;
/// What a node costs beside its content.
const NODE_COST: usize = 160;

/// An entry of a folder outside.
pub struct OutsideEntry {
    pub name: Vec<u8>,
    pub folder: bool,
    pub size: u64,
    /// Nanoseconds since the epoch.
    pub modified: i64,
}

/// Where streams go and mounted folders come from.
pub trait Outside {
    fn list(&mut self, path: &[u8]) -> Option<Vec<OutsideEntry>>;
    fn read(&mut self, path: &[u8]) -> Option<Vec<u8>>;
    /// Reads from standard input; empty at the end.
    fn input(&mut self, limit: usize) -> Vec<u8>;
    /// Writes to standard output (1) or error (2).
    fn output(&mut self, stream: u8, bytes: &[u8]);
    fn is_terminal(&mut self, stream: u8) -> bool;
}

enum Content {
    File(Vec<u8>),
    Folder { entries: SortedMap<Vec<u8>, Ino>, parent: Ino },
    Link(Vec<u8>),
    /// A standard stream: 0, 1, 2.
    Stream(u8),
    /// `/dev/null`.
    Null,
    /// A file or folder outside, not looked at yet.
    FileOutside { path: Vec<u8>, size: u64 },
    FolderOutside { path: Vec<u8>, parent: Ino },
}

struct Node {
    content: Content,
    permissions: u32,
    /// Names and open descriptions that refer to it.
    names: u32,
    opens: u32,
    /// Access, modification, change: nanoseconds since the epoch.
    times: [i64; 3],
}

/// What an open descriptor refers to; descriptors made by `dup` share it.
struct Description {
    ino: Ino,
    position: u64,
    flags: i32,
    descriptors: u32,
}

/// The answer of `stat`.
#[derive(Clone, Copy, Debug)]
pub struct Stat {
    pub mode: u32,
    pub ino: Ino,
    pub links: u32,
    pub size: u64,
    pub times: [i64; 3],
}

pub struct Files {
    nodes: HashMap<Ino, Node>,
    next_ino: Ino,
    descriptors: SortedMap<i32, usize>,
    descriptions: Vec<Option<Description>>,
    current: Ino,
    outside: Box<dyn Outside>,
    /// The time that changes are stamped with, set by the caller.
    pub now: i64,
    pub umask: u32,
    /// Bytes held, for the memory quota, and how many more there may be.
    pub used: usize,
    pub room: usize,
}

impl Files {
    pub fn new(outside: Box<dyn Outside>) -> Files {
        let mut files = Files {
            nodes: HashMap::new(),
            next_ino: ROOT,
            descriptors: SortedMap::new(),
            descriptions: Vec::new(),
            current: ROOT,
            outside,
            now: 0,
            umask: 0o022,
            used: 0,
            room: usize::MAX,
        };
        files.add(Content::Folder { entries: SortedMap::new(), parent: ROOT }, 0o755);
        for folder in ["/dev", "/tmp"] {
            let _ = files.mkdir(folder.as_bytes(), 0o777);
        }
        let null = files.add(Content::Null, 0o666);
        if let Ok(dev) = files.find(b"/dev", true) {
            let _ = files.link_in(dev, b"null", null);
        }
        for stream in 0..3 {
            let ino = files.add(Content::Stream(stream), 0o620);
            let flags = if stream == 0 { 0 } else { O_WRONLY };
            let description = files.describe(ino, flags);
            files.descriptors.insert(stream.into(), description);
        }
        files
    }

    // ---- nodes ----

    fn add(&mut self, content: Content, permissions: u32) -> Ino {
        let ino = self.next_ino;
        self.next_ino += 1;
        self.used += NODE_COST;
        self.nodes.insert(ino, Node { content, permissions, names: 0, opens: 0, times: [self.now; 3] });
        ino
    }
    fn node(&self, ino: Ino) -> FsResult<&Node> {
        self.nodes.get(&ino).ok_or(ENOENT)
    }
    fn node_mut(&mut self, ino: Ino) -> FsResult<&mut Node> {
        self.nodes.get_mut(&ino).ok_or(ENOENT)
    }
    fn release(&mut self, ino: Ino) {
        if self.nodes.get(&ino).is_some_and(|n| n.names == 0 && n.opens == 0)
            && let Some(node) = self.nodes.remove(&ino)
        {
            let held = if let Content::File(data) = node.content { data.len() } else { 0 };
            self.used = self.used.saturating_sub(held + NODE_COST);
        }
    }
    /// The entries of a folder, which is looked into outside if need be.
    fn entries(&mut self, ino: Ino) -> FsResult<&mut SortedMap<Vec<u8>, Ino>> {
        if let Content::FolderOutside { path, parent } = &self.node(ino)?.content {
            let (path, parent) = (path.clone(), *parent);
            let listed = self.outside.list(&path).unwrap_or_default();
            let mut entries = SortedMap::new();
            for entry in listed {
                let mut below = path.clone();
                if !below.ends_with(b"/") {
                    below.push(b'/');
                }
                below.extend_from_slice(&entry.name);
                let (content, permissions) = match entry.folder {
                    true => (Content::FolderOutside { path: below, parent: ino }, 0o755),
                    false => (Content::FileOutside { path: below, size: entry.size }, 0o644),
                };
                let child = self.add(content, permissions);
                let node = self.node_mut(child)?;
                node.names = 1;
                node.times = [entry.modified; 3];
                entries.insert(entry.name, child);
            }
            self.node_mut(ino)?.content = Content::Folder { entries, parent };
        }
        match &mut self.node_mut(ino)?.content {
            Content::Folder { entries, .. } => Ok(entries),
            _ => Err(ENOTDIR),
        }
    }
    fn is_folder(&self, ino: Ino) -> bool {
        self.nodes.get(&ino).is_some_and(|n| matches!(n.content, Content::Folder { .. } | Content::FolderOutside { .. }))
    }
    fn parent(&self, ino: Ino) -> FsResult<Ino> {
        match &self.node(ino)?.content {
            Content::Folder { parent, .. } | Content::FolderOutside { parent, .. } => Ok(*parent),
            _ => Err(ENOTDIR),
        }
    }
    fn link_in(&mut self, folder: Ino, name: &[u8], ino: Ino) -> FsResult<()> {
        self.entries(folder)?.insert(name.to_vec(), ino);
        self.node_mut(ino)?.names += 1;
        let now = self.now;
        let times = &mut self.node_mut(folder)?.times;
        (times[1], times[2]) = (now, now);
        Ok(())
    }
    fn unlink_from(&mut self, folder: Ino, name: &[u8]) -> FsResult<()> {
        let now = self.now;
        let ino = self.entries(folder)?.remove(name).ok_or(ENOENT)?;
        let times = &mut self.node_mut(folder)?.times;
        (times[1], times[2]) = (now, now);
        let node = self.node_mut(ino)?;
        node.names = node.names.saturating_sub(1);
        node.times[2] = now;
        self.release(ino);
        Ok(())
    }

    // ---- paths ----

    /// The node a path leads to; `follow` a symbolic link at its end.
    pub fn find(&mut self, path: &[u8], follow: bool) -> FsResult<Ino> {
        let (folder, name) = self.walk(path, follow, &mut 0)?;
        match name {
            None => Ok(folder),
            Some(name) => self.entries(folder)?.get(&name).copied().ok_or(ENOENT),
        }
    }
    /// The folder of a path's last part, and that part; none when the path ends in a folder itself (`/`, `..`).
    fn walk(&mut self, path: &[u8], follow: bool, links: &mut usize) -> FsResult<(Ino, Option<Vec<u8>>)> {
        if path.is_empty() {
            return Err(ENOENT);
        }
        let mut at = if path.starts_with(b"/") { ROOT } else { self.current };
        let wants_folder = path.ends_with(b"/");
        let mut parts = path.split(|b| *b == b'/').filter(|p| !p.is_empty() && *p != b".").peekable();
        while let Some(part) = parts.next() {
            if !self.is_folder(at) {
                return Err(ENOTDIR);
            }
            if part == b".." {
                at = self.parent(at)?;
                continue;
            }
            let last = parts.peek().is_none();
            let found = self.entries(at)?.get(part).copied();
            if let Some(ino) = found
                && let Content::Link(target) = &self.node(ino)?.content
                && (!last || follow || wants_folder)
            {
                *links += 1;
                if *links > MAX_LINKS {
                    return Err(ELOOP);
                }
                let target = target.clone();
                let saved = std::mem::replace(&mut self.current, at);
                let resolved = self.walk(&target, true, links);
                self.current = saved;
                let (folder, name) = resolved?;
                if last {
                    return Ok((folder, name));
                }
                at = match name {
                    Some(name) => self.entries(folder)?.get(&name).copied().ok_or(ENOENT)?,
                    None => folder,
                };
                continue;
            }
            if last {
                if wants_folder && let Some(ino) = found && !self.is_folder(ino) {
                    return Err(ENOTDIR);
                }
                return Ok((at, Some(part.to_vec())));
            }
            at = found.ok_or(ENOENT)?;
        }
        if self.is_folder(at) { Ok((at, None)) } else { Err(ENOTDIR) }
    }
    /// As `walk`, for a name that is to be made or removed: `errno` when the path has no such part.
    fn place(&mut self, path: &[u8], errno: Errno) -> FsResult<(Ino, Vec<u8>)> {
        let trimmed = path.len() - path.iter().rev().take_while(|b| **b == b'/').count();
        let (folder, name) = self.walk(if trimmed == 0 { path } else { &path[..trimmed] }, false, &mut 0)?;
        Ok((folder, name.ok_or(errno)?))
    }
    fn path_of(&mut self, ino: Ino) -> Vec<u8> {
        let mut parts = Vec::new();
        let mut at = ino;
        while at != ROOT {
            let Ok(parent) = self.parent(at) else { break };
            let Ok(entries) = self.entries(parent) else { break };
            let Some((name, _)) = entries.iter().find(|(_, i)| **i == at) else { break };
            parts.push(name.clone());
            at = parent;
        }
        let mut out = Vec::new();
        for part in parts.iter().rev() {
            out.push(b'/');
            out.extend_from_slice(part);
        }
        if out.is_empty() { b"/".to_vec() } else { out }
    }

    // ---- folders and names ----

    pub fn getcwd(&mut self) -> Vec<u8> {
        self.path_of(self.current)
    }
    pub fn chdir(&mut self, path: &[u8]) -> FsResult<()> {
        let ino = self.find(path, true)?;
        if !self.is_folder(ino) {
            return Err(ENOTDIR);
        }
        self.current = ino;
        Ok(())
    }
    pub fn mkdir(&mut self, path: &[u8], permissions: u32) -> FsResult<()> {
        if self.room < NODE_COST {
            return Err(ENOSPC);
        }
        let (folder, name) = self.place(path, EEXIST)?;
        if self.entries(folder)?.contains_key(&name) {
            return Err(EEXIST);
        }
        let content = Content::Folder { entries: SortedMap::new(), parent: folder };
        let ino = self.add(content, permissions & 0o7777 & !self.umask);
        self.link_in(folder, &name, ino)
    }
    /// Makes a folder and those above it.
    pub fn make_folders(&mut self, path: &[u8]) -> FsResult<()> {
        for end in (1..=path.len()).filter(|n| *n == path.len() || path[*n] == b'/') {
            match self.mkdir(&path[..end], 0o777) {
                Ok(()) | Err(EEXIST) => {}
                Err(errno) => return Err(errno),
            }
        }
        Ok(())
    }
    /// Shows a folder outside at `path`.
    pub fn mount(&mut self, path: &[u8], outside: &[u8]) -> FsResult<()> {
        if let Some(end) = path.iter().rposition(|b| *b == b'/').filter(|n| *n > 0) {
            self.make_folders(&path[..end])?;
        }
        let (folder, name) = self.place(path, EBUSY)?;
        // A folder with nothing in it gives way: `/tmp` is always there.
        match self.entries(folder)?.get(&name).copied() {
            Some(there) if !self.is_folder(there) || !self.entries(there)?.is_empty() => return Err(EEXIST),
            Some(there) if there == self.current => return Err(EBUSY),
            Some(_) => self.unlink_from(folder, &name)?,
            None => {}
        }
        let ino = self.add(Content::FolderOutside { path: outside.to_vec(), parent: folder }, 0o755);
        self.link_in(folder, &name, ino)
    }
    pub fn rmdir(&mut self, path: &[u8]) -> FsResult<()> {
        let (folder, name) = self.place(path, EBUSY)?;
        let ino = self.entries(folder)?.get(&name).copied().ok_or(ENOENT)?;
        if !self.is_folder(ino) {
            return Err(ENOTDIR);
        }
        if !self.entries(ino)?.is_empty() {
            return Err(ENOTEMPTY);
        }
        if ino == self.current {
            return Err(EBUSY);
        }
        self.unlink_from(folder, &name)
    }
    pub fn unlink(&mut self, path: &[u8]) -> FsResult<()> {
        let (folder, name) = self.place(path, EISDIR)?;
        let ino = self.entries(folder)?.get(&name).copied().ok_or(ENOENT)?;
        if self.is_folder(ino) {
            return Err(EISDIR);
        }
        if path.ends_with(b"/") {
            return Err(ENOTDIR);
        }
        self.unlink_from(folder, &name)
    }
    pub fn rename(&mut self, from: &[u8], to: &[u8]) -> FsResult<()> {
        let (old_folder, old_name) = self.place(from, EBUSY)?;
        let (new_folder, new_name) = self.place(to, EBUSY)?;
        let ino = self.entries(old_folder)?.get(&old_name).copied().ok_or(ENOENT)?;
        let is_folder = self.is_folder(ino);
        if to.ends_with(b"/") && !is_folder {
            return Err(ENOTDIR);
        }
        // A folder cannot move below itself.
        let mut above = new_folder;
        while above != ROOT {
            if above == ino {
                return Err(EINVAL);
            }
            above = self.parent(above)?;
        }
        if let Some(old) = self.entries(new_folder)?.get(&new_name).copied() {
            if old == ino {
                return Ok(());
            }
            match (is_folder, self.is_folder(old)) {
                (false, true) => return Err(EISDIR),
                (true, false) => return Err(ENOTDIR),
                (true, true) if !self.entries(old)?.is_empty() => return Err(ENOTEMPTY),
                _ => self.unlink_from(new_folder, &new_name)?,
            }
        }
        self.link_in(new_folder, &new_name, ino)?;
        self.unlink_from(old_folder, &old_name)?;
        match &mut self.node_mut(ino)?.content {
            Content::Folder { parent, .. } | Content::FolderOutside { parent, .. } => *parent = new_folder,
            _ => {}
        }
        Ok(())
    }
    pub fn link(&mut self, from: &[u8], to: &[u8], follow: bool) -> FsResult<()> {
        let ino = self.find(from, follow)?;
        if self.is_folder(ino) {
            return Err(crate::os::errno::EPERM);
        }
        let (folder, name) = self.place(to, EEXIST)?;
        if self.entries(folder)?.contains_key(&name) {
            return Err(EEXIST);
        }
        self.link_in(folder, &name, ino)
    }
    pub fn symlink(&mut self, target: &[u8], path: &[u8]) -> FsResult<()> {
        if target.is_empty() {
            return Err(ENOENT);
        }
        let (folder, name) = self.place(path, EEXIST)?;
        if self.entries(folder)?.contains_key(&name) {
            return Err(EEXIST);
        }
        let ino = self.add(Content::Link(target.to_vec()), 0o777);
        self.link_in(folder, &name, ino)
    }
    pub fn readlink(&mut self, path: &[u8]) -> FsResult<Vec<u8>> {
        let ino = self.find(path, false)?;
        match &self.node(ino)?.content {
            Content::Link(target) => Ok(target.clone()),
            _ => Err(EINVAL),
        }
    }
    /// Names, numbers and types of what a folder holds.
    pub fn list(&mut self, ino: Ino) -> FsResult<Vec<(Vec<u8>, Ino, u32)>> {
        let entries: Vec<_> = self.entries(ino)?.iter().map(|(name, ino)| (name.clone(), *ino)).collect();
        entries.into_iter().map(|(name, ino)| Ok((name, ino, self.stat(ino)?.mode & S_IFMT))).collect()
    }

    // ---- facts about nodes ----

    pub fn stat(&self, ino: Ino) -> FsResult<Stat> {
        let node = self.node(ino)?;
        let (kind, size) = match &node.content {
            Content::File(data) => (S_IFREG, data.len() as u64),
            Content::FileOutside { size, .. } => (S_IFREG, *size),
            Content::Folder { .. } | Content::FolderOutside { .. } => (S_IFDIR, 4096),
            Content::Link(target) => (S_IFLNK, target.len() as u64),
            Content::Stream(_) | Content::Null => (S_IFCHR, 0),
        };
        let links = node.names.max(1) + u32::from(kind == S_IFDIR);
        Ok(Stat { mode: kind | node.permissions, ino, links, size, times: node.times })
    }
    pub fn chmod(&mut self, ino: Ino, permissions: u32) -> FsResult<()> {
        let now = self.now;
        let node = self.node_mut(ino)?;
        node.permissions = permissions & 0o7777;
        node.times[2] = now;
        Ok(())
    }
    pub fn utime(&mut self, ino: Ino, accessed: i64, modified: i64) -> FsResult<()> {
        let now = self.now;
        self.node_mut(ino)?.times = [accessed, modified, now];
        Ok(())
    }

    // ---- descriptors ----

    fn describe(&mut self, ino: Ino, flags: i32) -> usize {
        if let Some(node) = self.nodes.get_mut(&ino) {
            node.opens += 1;
        }
        let description = Some(Description { ino, position: 0, flags, descriptors: 1 });
        match self.descriptions.iter().position(Option::is_none) {
            Some(free) => {
                self.descriptions[free] = description;
                free
            }
            None => {
                self.descriptions.push(description);
                self.descriptions.len() - 1
            }
        }
    }
    fn lowest_free(&self) -> i32 {
        (0..).find(|fd| !self.descriptors.contains_key(fd)).unwrap_or(i32::MAX)
    }
    fn description(&mut self, fd: i32) -> FsResult<&mut Description> {
        let index = *self.descriptors.get(&fd).ok_or(EBADF)?;
        self.descriptions.get_mut(index).and_then(Option::as_mut).ok_or(EBADF)
    }
    pub fn ino(&mut self, fd: i32) -> FsResult<Ino> {
        Ok(self.description(fd)?.ino)
    }
    pub fn is_terminal(&mut self, fd: i32) -> FsResult<bool> {
        let ino = self.ino(fd)?;
        match self.node(ino)?.content {
            Content::Stream(stream) => Ok(self.outside.is_terminal(stream)),
            _ => Ok(false),
        }
    }
    pub fn open(&mut self, path: &[u8], flags: i32, permissions: u32) -> FsResult<i32> {
        let writing = flags & O_ACCMODE != 0;
        if self.descriptors.len() >= MAX_DESCRIPTORS {
            return Err(EMFILE);
        }
        let exclusive = flags & O_CREAT != 0 && flags & O_EXCL != 0;
        let follow = flags & O_NOFOLLOW == 0 && !exclusive;
        let (folder, name) = self.walk(path, follow, &mut 0)?;
        let found = match &name {
            None => Some(folder),
            Some(name) => self.entries(folder)?.get(name).copied(),
        };
        let ino = match (found, name) {
            (Some(_), _) if exclusive => return Err(EEXIST),
            (Some(ino), _) => ino,
            (None, Some(name)) if flags & O_CREAT != 0 => {
                if path.ends_with(b"/") {
                    return Err(EISDIR);
                }
                let ino = self.add(Content::File(Vec::new()), permissions & 0o7777 & !self.umask);
                self.link_in(folder, &name, ino)?;
                ino
            }
            (None, _) => return Err(ENOENT),
        };
        match &self.node(ino)?.content {
            Content::Link(_) => return Err(ELOOP),
            Content::Folder { .. } | Content::FolderOutside { .. } if writing || flags & O_CREAT != 0 => return Err(EISDIR),
            Content::Folder { .. } | Content::FolderOutside { .. } => {}
            _ if flags & O_DIRECTORY != 0 => return Err(ENOTDIR),
            _ => {}
        }
        if writing && flags & O_TRUNC != 0 {
            self.resize(ino, 0)?;
        } else {
            self.load(ino)?;
        }
        let description = self.describe(ino, flags);
        let fd = self.lowest_free();
        self.descriptors.insert(fd, description);
        Ok(fd)
    }
    /// Brings the content of a mounted file in.
    fn load(&mut self, ino: Ino) -> FsResult<()> {
        if let Content::FileOutside { path, .. } = &self.node(ino)?.content {
            let path = path.clone();
            let data = self.outside.read(&path).ok_or(EIO)?;
            self.used += data.len();
            self.node_mut(ino)?.content = Content::File(data);
        }
        Ok(())
    }
    pub fn close(&mut self, fd: i32) -> FsResult<()> {
        let index = self.descriptors.remove(&fd).ok_or(EBADF)?;
        let Some(slot) = self.descriptions.get_mut(index) else { return Err(EBADF) };
        let Some(description) = slot else { return Err(EBADF) };
        description.descriptors -= 1;
        if description.descriptors == 0 {
            let ino = description.ino;
            *slot = None;
            if let Some(node) = self.nodes.get_mut(&ino) {
                node.opens = node.opens.saturating_sub(1);
            }
            self.release(ino);
        }
        Ok(())
    }
    pub fn dup(&mut self, fd: i32, to: Option<i32>) -> FsResult<i32> {
        self.description(fd)?;
        if to == Some(fd) {
            return Ok(fd);
        }
        if let Some(to) = to {
            if to < 0 {
                return Err(EBADF);
            }
            let _ = self.close(to);
        }
        if self.descriptors.len() >= MAX_DESCRIPTORS {
            return Err(EMFILE);
        }
        self.description(fd)?.descriptors += 1;
        let index = *self.descriptors.get(&fd).ok_or(EBADF)?;
        let to = to.unwrap_or_else(|| self.lowest_free());
        self.descriptors.insert(to, index);
        Ok(to)
    }
    /// Reads at a position, or at the description's own, which advances.
    pub fn read(&mut self, fd: i32, limit: usize, at: Option<u64>) -> FsResult<Vec<u8>> {
        let description = self.description(fd)?;
        if description.flags & O_ACCMODE == O_WRONLY {
            return Err(EBADF);
        }
        let (ino, position) = (description.ino, at.unwrap_or(description.position));
        let data = match &self.node(ino)?.content {
            Content::File(data) => {
                let start = usize::try_from(position).unwrap_or(usize::MAX).min(data.len());
                data[start..start + limit.min(data.len() - start)].to_vec()
            }
            Content::Stream(0) => return Ok(self.outside.input(limit)),
            Content::Folder { .. } | Content::FolderOutside { .. } => return Err(EISDIR),
            _ => return Ok(Vec::new()),
        };
        if at.is_none() {
            self.description(fd)?.position += data.len() as u64;
        }
        Ok(data)
    }
    /// What a regular file holds behind the position of a descriptor; `None` for other kinds.
    pub fn rest(&mut self, fd: i32) -> FsResult<Option<usize>> {
        let description = self.description(fd)?;
        let (ino, position) = (description.ino, description.position);
        Ok(match &self.node(ino)?.content {
            Content::File(data) => Some(data.len().saturating_sub(usize::try_from(position).unwrap_or(usize::MAX))),
            _ => None,
        })
    }
    pub fn write(&mut self, fd: i32, bytes: &[u8], at: Option<u64>) -> FsResult<usize> {
        let now = self.now;
        let description = self.description(fd)?;
        if description.flags & O_ACCMODE == 0 {
            return Err(EBADF);
        }
        let (ino, appends) = (description.ino, description.flags & O_APPEND != 0);
        let mut position = at.unwrap_or(description.position);
        let size = self.stat(ino)?.size;
        if appends && at.is_none() {
            position = size;
        }
        let end = position.saturating_add(bytes.len() as u64);
        let room = self.room;
        let node = self.node_mut(ino)?;
        match &mut node.content {
            Content::File(data) => {
                if end > MAX_FILE {
                    return Err(EFBIG);
                }
                let (start, end) = (position as usize, end as usize);
                let growth = if bytes.is_empty() { 0 } else { end.saturating_sub(data.len()) };
                if growth > room {
                    return Err(ENOSPC);
                }
                data.resize(data.len() + growth, 0);
                if !bytes.is_empty() {
                    data[start..end].copy_from_slice(bytes);
                }
                node.times[1] = now;
                node.times[2] = now;
                self.used += growth;
            }
            Content::Stream(stream @ 1..) => {
                let stream = *stream;
                self.outside.output(stream, bytes);
                return Ok(bytes.len());
            }
            Content::Null => return Ok(bytes.len()),
            _ => return Err(EBADF),
        }
        if at.is_none() {
            self.description(fd)?.position = end;
        }
        Ok(bytes.len())
    }
    pub fn seek(&mut self, fd: i32, offset: i64, whence: i32) -> FsResult<u64> {
        let description = self.description(fd)?;
        let (ino, position) = (description.ino, description.position);
        let size = match self.node(ino)?.content {
            Content::Stream(_) => return Err(ESPIPE),
            Content::Null => return Ok(0),
            _ => self.stat(ino)?.size,
        };
        let base = match whence {
            0 => 0,
            1 => position as i64,
            2 => size as i64,
            _ => return Err(EINVAL),
        };
        let target = base.checked_add(offset).filter(|n| *n >= 0).ok_or(EINVAL)? as u64;
        self.description(fd)?.position = target;
        Ok(target)
    }
    pub fn truncate(&mut self, fd: i32, size: u64) -> FsResult<()> {
        let description = self.description(fd)?;
        if description.flags & O_ACCMODE == 0 {
            return Err(EINVAL);
        }
        let ino = description.ino;
        self.resize(ino, size)
    }
    pub fn resize(&mut self, ino: Ino, size: u64) -> FsResult<()> {
        if size > MAX_FILE {
            return Err(EFBIG);
        }
        if size > 0 {
            self.load(ino)?;
        }
        let (now, room) = (self.now, self.room);
        let node = self.node_mut(ino)?;
        let before = match &mut node.content {
            Content::File(data) => {
                let before = data.len();
                if (size as usize).saturating_sub(before) > room {
                    return Err(ENOSPC);
                }
                data.resize(size as usize, 0);
                before
            }
            Content::FileOutside { .. } => {
                node.content = Content::File(Vec::new());
                0
            }
            Content::Folder { .. } | Content::FolderOutside { .. } => return Err(EISDIR),
            Content::Null | Content::Stream(_) => return Ok(()),
            Content::Link(_) => return Err(EINVAL),
        };
        (node.times[1], node.times[2]) = (now, now);
        self.used = self.used + size as usize - before;
        Ok(())
    }

    // ---- whole files, for the page ----

    pub fn write_file(&mut self, path: &[u8], content: &[u8]) -> FsResult<()> {
        if let Some(end) = path.iter().rposition(|b| *b == b'/').filter(|n| *n > 0) {
            self.make_folders(&path[..end])?;
        }
        let fd = self.open(path, O_WRONLY | O_CREAT | O_TRUNC, 0o666)?;
        let written = self.write(fd, content, None);
        self.close(fd)?;
        written.map(drop)
    }
    pub fn read_file(&mut self, path: &[u8]) -> FsResult<Vec<u8>> {
        let fd = self.open(path, 0, 0)?;
        let content = self.read(fd, usize::MAX, None);
        self.close(fd)?;
        content
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Nothing;
    impl Outside for Nothing {
        fn list(&mut self, path: &[u8]) -> Option<Vec<OutsideEntry>> {
            let entry = |name: &[u8], folder| OutsideEntry { name: name.to_vec(), folder, size: 5, modified: 7 };
            match path {
                b"/out" => Some(vec![entry(b"a.py", false), entry(b"sub", true)]),
                b"/out/sub" => Some(vec![entry(b"b.py", false)]),
                _ => None,
            }
        }
        fn read(&mut self, path: &[u8]) -> Option<Vec<u8>> {
            path.ends_with(b".py").then(|| path.rsplit(|b| *b == b'/').next().unwrap_or_default().to_vec())
        }
        fn input(&mut self, _limit: usize) -> Vec<u8> {
            Vec::new()
        }
        fn output(&mut self, _stream: u8, _bytes: &[u8]) {}
        fn is_terminal(&mut self, _stream: u8) -> bool {
            false
        }
    }
    fn files() -> Files {
        Files::new(Box::new(Nothing))
    }

    #[test]
    fn write_and_read() {
        let mut f = files();
        let empty = f.used;
        let fd = f.open(b"/tmp/x", O_RDWR | O_CREAT, 0o666).unwrap();
        assert_eq!(fd, 3);
        assert_eq!(f.write(fd, b"hello", None), Ok(5));
        assert_eq!(f.seek(fd, -4, 2), Ok(1));
        assert_eq!(f.read(fd, 2, None), Ok(b"el".to_vec()));
        assert_eq!(f.write(fd, b"!", Some(9)), Ok(1));
        assert_eq!(f.read_file(b"/tmp/x"), Ok(b"hello\0\0\0\0!".to_vec()));
        assert_eq!(f.used, empty + 10 + NODE_COST);
        assert_eq!(f.unlink(b"/tmp/x"), Ok(()));
        assert_eq!(f.used, empty + 10 + NODE_COST, "open files live on");
        assert_eq!(f.close(fd), Ok(()));
        assert_eq!(f.used, empty);
        assert_eq!(f.open(b"/tmp/x", 0, 0), Err(ENOENT));
    }
    #[test]
    fn folders() {
        let mut f = files();
        assert_eq!(f.mkdir(b"/a", 0o777), Ok(()));
        assert_eq!(f.mkdir(b"/a/", 0o777), Err(EEXIST));
        assert_eq!(f.mkdir(b"/b/c", 0o777), Err(ENOENT));
        assert_eq!(f.mkdir(b"/a/b", 0o777), Ok(()));
        assert_eq!(f.rmdir(b"/a"), Err(ENOTEMPTY));
        assert_eq!(f.rename(b"/a", b"/a/b/c"), Err(EINVAL));
        assert_eq!(f.chdir(b"a/b"), Ok(()));
        assert_eq!(f.getcwd(), b"/a/b");
        assert_eq!(f.write_file(b"x", b"1"), Ok(()));
        assert_eq!(f.read_file(b"../b/./x"), Ok(b"1".to_vec()));
        assert_eq!(f.rename(b"/a/b", b"/z"), Ok(()));
        assert_eq!(f.getcwd(), b"/z");
        assert_eq!(f.open(b"x/", 0, 0), Err(ENOTDIR));
        assert_eq!(f.open(b"/z", O_WRONLY, 0), Err(EISDIR));
    }
    #[test]
    fn links() {
        let mut f = files();
        assert_eq!(f.write_file(b"/tmp/x", b"1"), Ok(()));
        assert_eq!(f.symlink(b"x", b"/tmp/y"), Ok(()));
        assert_eq!(f.symlink(b"loop", b"/tmp/loop"), Ok(()));
        assert_eq!(f.symlink(b"/tmp", b"/t"), Ok(()));
        assert_eq!(f.read_file(b"/t/y"), Ok(b"1".to_vec()));
        assert_eq!(f.read_file(b"/tmp/loop"), Err(ELOOP));
        assert_eq!(f.readlink(b"/tmp/y"), Ok(b"x".to_vec()));
        assert_eq!(f.link(b"/tmp/x", b"/tmp/z", true), Ok(()));
        assert_eq!(f.unlink(b"/tmp/x"), Ok(()));
        assert_eq!(f.read_file(b"/tmp/z"), Ok(b"1".to_vec()));
        assert_eq!(f.read_file(b"/tmp/y"), Err(ENOENT));
    }
    #[test]
    fn mounts() {
        let mut f = files();
        assert_eq!(f.mount(b"/home/me", b"/out"), Ok(()));
        assert_eq!(f.mount(b"/home/me", b"/out"), Err(EEXIST));
        // An empty folder gives way, one with something in it does not.
        f.make_folders(b"/tmp/x").unwrap();
        assert_eq!(f.mount(b"/tmp", b"/out"), Err(EEXIST));
        assert_eq!(f.mount(b"/tmp/x", b"/out"), Ok(()));
        assert_eq!(f.read_file(b"/home/me/sub/b.py"), Ok(b"b.py".to_vec()));
        assert_eq!(f.write_file(b"/home/me/a.py", b"new"), Ok(()));
        assert_eq!(f.read_file(b"/home/me/a.py"), Ok(b"new".to_vec()));
        let ino = f.find(b"/home/me", true).unwrap();
        assert_eq!(f.list(ino).unwrap().len(), 2);
    }
}
