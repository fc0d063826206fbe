//! Blocks and jumps as the nested blocks and loops that wasm has.
//!
//! First every loop gets one way in. Units are entered at the head of each of their loops, so an outer loop can be come
//! into in its middle; then a *dispatcher* is put before its head, and the ways into the middle go there, with a number
//! (the *route*) that says where they want to go on. Ways that stay inside the loop are left alone: an inner loop goes
//! round as it would anyway. This works for whatever graph it is given.
//!
//! Then each block is followed by what it dominates (Ramsey, "Beyond Relooper", 2022): what several ways lead to comes
//! behind the end of a wasm block, a loop's head opens a wasm loop, and all else stands where the jump to it is.

use krait_jit::ir::{BlockId, End, ExitId, Unit};

/// A piece of structured code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Piece {
    /// The instructions of a block.
    Body(BlockId),
    /// The arguments of a block's end, for its first or second target, become that one's parameters.
    Pass(BlockId, usize),
    /// The route becomes this.
    Route(u32),
    Loop,
    Block,
    /// What follows runs if the condition that a block ends with holds.
    If(BlockId),
    /// What follows runs if this is the route.
    IfRoute(u32),
    Else,
    /// The end of a loop, block or if.
    End,
    /// Goes to the begin of a loop or behind the end of a block, so many levels out.
    Jump(u32),
    Leave(ExitId),
}

/// The unit in pieces; the route is at first the number of the entry. What comes behind the last piece is never reached.
pub fn structure(unit: &Unit) -> Vec<Piece> {
    let mut graph = Graph::new(unit);
    graph.give_loops_one_way_in();
    Structurer::new(unit, &graph).run()
}

#[derive(Clone, Copy, Debug)]
struct Edge {
    to: usize,
    route: Option<u32>,
    /// Goes round a loop that was dealt with.
    back: bool,
}

/// Nodes are the unit's blocks, and behind them dispatchers; the first of these is where all begins.
struct Graph {
    edges: Vec<Vec<Edge>>,
    heads: Vec<bool>,
    root: usize,
    /// Where a node stands in the order that its first entry alone would give.
    order: Vec<usize>,
}

impl Graph {
    fn new(unit: &Unit) -> Graph {
        let edge = |to: BlockId| Edge { to: to as usize, route: None, back: false };
        let mut edges: Vec<Vec<Edge>> =
            unit.blocks.iter().map(|block| block.end.targets().into_iter().map(|(to, _)| edge(to)).collect()).collect();
        let root = edges.len();
        edges.push(unit.entries.iter().map(|(_, block)| edge(*block)).collect());
        let mut graph = Graph { heads: vec![false; edges.len()], edges, root, order: Vec::new() };
        let all = graph.reverse_postorder();
        let entries = std::mem::take(&mut graph.edges[root]);
        graph.edges[root].extend(entries.first());
        let first = graph.reverse_postorder();
        graph.edges[root] = entries;
        graph.order = vec![usize::MAX; graph.edges.len()];
        for (place, node) in first.into_iter().chain(all).enumerate() {
            graph.order[node] = graph.order[node].min(place);
        }
        graph
    }
    fn reverse_postorder(&self) -> Vec<usize> {
        let mut seen = vec![false; self.edges.len()];
        let mut order = Vec::new();
        let mut stack = vec![(self.root, self.edges[self.root].len())];
        seen[self.root] = true;
        // The last edge first: so what the first one leads to comes first in the reverse.
        while let Some((node, left)) = stack.last_mut() {
            if *left == 0 {
                order.push(*node);
                stack.pop();
                continue;
            }
            *left -= 1;
            let to = self.edges[*node][*left].to;
            if !seen[to] {
                seen[to] = true;
                stack.push((to, self.edges[to].len()));
            }
        }
        order.reverse();
        order
    }

    fn give_loops_one_way_in(&mut self) {
        let mut regions = vec![self.reverse_postorder()];
        while let Some(region) = regions.pop() {
            for cycle in self.cycles(&region) {
                regions.push(self.give_one_way_in(cycle));
            }
        }
    }
    /// Makes one node the only one that leads into a cycle; the rest of it.
    fn give_one_way_in(&mut self, cycle: Vec<usize>) -> Vec<usize> {
        let mut inside = vec![false; self.edges.len()];
        cycle.iter().for_each(|&node| inside[node] = true);
        let mut ways_in: Vec<usize> = Vec::new();
        for (from, edges) in self.edges.iter().enumerate() {
            if self.order[from] != usize::MAX && !inside[from] {
                ways_in.extend(edges.iter().filter(|e| !e.back && inside[e.to]).map(|e| e.to));
            }
        }
        krait_bytecode::order::sort_by(&mut ways_in, |&a, &b| self.order[a].cmp(&self.order[b]));
        ways_in.dedup();
        let Some(&first) = ways_in.first() else { return Vec::new() };
        let mut head = first;
        if ways_in.len() > 1 {
            head = self.edges.len();
            for (from, edges) in self.edges.iter_mut().enumerate() {
                for edge in edges.iter_mut().filter(|e| !e.back) {
                    let wanted = ways_in.iter().position(|&node| node == edge.to);
                    if let Some(wanted) = wanted
                        && (wanted == 0 || !inside.get(from).copied().unwrap_or(false))
                    {
                        *edge = Edge { to: head, route: Some(wanted as u32), back: false };
                    }
                }
            }
            self.edges.push(ways_in.iter().map(|&to| Edge { to, route: None, back: false }).collect());
            self.heads.push(false);
            self.order.push(self.order[first]);
        }
        self.heads[head] = true;
        for &node in &cycle {
            self.edges[node].iter_mut().filter(|e| e.to == head).for_each(|e| e.back = true);
        }
        cycle.into_iter().filter(|&node| node != head).collect()
    }
    /// The cycles among some nodes: those that reach each other, without edges that go round a loop known already.
    fn cycles(&self, region: &[usize]) -> Vec<Vec<usize>> {
        // Tarjan's algorithm, with a stack of its own.
        const UNSEEN: usize = usize::MAX;
        let mut within = vec![false; self.edges.len()];
        region.iter().for_each(|&node| within[node] = true);
        let (mut number, mut low) = (vec![UNSEEN; self.edges.len()], vec![UNSEEN; self.edges.len()]);
        let mut open = vec![false; self.edges.len()];
        let (mut found, mut path, mut count) = (Vec::new(), Vec::new(), 0);
        for &start in region {
            if number[start] != UNSEEN {
                continue;
            }
            let mut stack = vec![(start, 0)];
            while let Some(&mut (node, ref mut next)) = stack.last_mut() {
                if *next == 0 {
                    (number[node], low[node]) = (count, count);
                    count += 1;
                    path.push(node);
                    open[node] = true;
                }
                if let Some(edge) = self.edges[node].get(*next) {
                    *next += 1;
                    if edge.back || !within[edge.to] {
                        continue;
                    }
                    if number[edge.to] == UNSEEN {
                        stack.push((edge.to, 0));
                    } else if open[edge.to] {
                        low[node] = low[node].min(number[edge.to]);
                    }
                    continue;
                }
                // A node without edges comes here once; others have been numbered above.
                stack.pop();
                if let Some(&(below, _)) = stack.last() {
                    low[below] = low[below].min(low[node]);
                }
                if low[node] == number[node] {
                    let at = path.iter().rposition(|&n| n == node).unwrap_or(0);
                    let cycle = path.split_off(at);
                    cycle.iter().for_each(|&n| open[n] = false);
                    if cycle.len() > 1 || self.edges[node].iter().any(|e| e.to == node && !e.back) {
                        found.push(cycle);
                    }
                }
            }
        }
        found
    }
}

enum Work {
    /// A node, and behind it what it dominates.
    Tree(usize),
    /// A node and how it ends.
    Content(usize),
    /// What an edge leads to.
    Follow(usize, usize),
    Open(Piece),
    /// An `else`, or the end of what was opened.
    Close(Piece),
}

struct Structurer<'a> {
    unit: &'a Unit,
    graph: &'a Graph,
    /// The place of each node in reverse postorder.
    place: Vec<usize>,
    is_merge: Vec<bool>,
    /// The nodes that each node immediately dominates and several ways lead to, last first.
    merges: Vec<Vec<usize>>,
    /// What is open around, and where in it the block lies behind which a node comes, or a node's loop.
    depth: usize,
    behind: Vec<usize>,
    around: Vec<usize>,
    work: Vec<Work>,
    pieces: Vec<Piece>,
}

impl<'a> Structurer<'a> {
    fn new(unit: &'a Unit, graph: &'a Graph) -> Structurer<'a> {
        let order = graph.reverse_postorder();
        let count = graph.edges.len();
        let mut place = vec![usize::MAX; count];
        order.iter().enumerate().for_each(|(n, &node)| place[node] = n);
        let mut before = vec![Vec::new(); count];
        for &node in &order {
            graph.edges[node].iter().filter(|e| place[e.to] > place[node]).for_each(|e| before[e.to].push(node));
        }
        let above = dominators(&order, &place, &before);
        let is_merge: Vec<bool> = before.iter().map(|b| b.len() > 1).collect();
        let mut merges = vec![Vec::new(); count];
        for &node in order.iter().rev().filter(|&&node| is_merge[node]) {
            merges[above[node]].push(node);
        }
        Structurer {
            unit,
            graph,
            place,
            is_merge,
            merges,
            depth: 0,
            behind: vec![0; count],
            around: vec![0; count],
            work: Vec::new(),
            pieces: Vec::new(),
        }
    }
    fn run(mut self) -> Vec<Piece> {
        self.work.push(Work::Tree(self.graph.root));
        while let Some(work) = self.work.pop() {
            match work {
                Work::Tree(node) => self.tree(node),
                Work::Content(node) => self.content(node),
                Work::Follow(node, n) => self.follow(node, n),
                Work::Open(piece) => {
                    self.open(piece);
                }
                Work::Close(piece) => {
                    self.depth -= usize::from(piece == Piece::End);
                    self.pieces.push(piece);
                }
            }
        }
        self.pieces
    }
    fn open(&mut self, piece: Piece) -> usize {
        self.pieces.push(piece);
        self.depth += 1;
        self.depth
    }
    fn tree(&mut self, node: usize) {
        if self.graph.heads[node] {
            self.around[node] = self.open(Piece::Loop);
            self.work.push(Work::Close(Piece::End));
        }
        let merges = self.merges[node].clone();
        for merge in merges {
            self.behind[merge] = self.open(Piece::Block);
            self.work.extend([Work::Tree(merge), Work::Close(Piece::End)]);
        }
        self.work.push(Work::Content(node));
    }
    fn content(&mut self, node: usize) {
        let Some(block) = self.unit.blocks.get(node) else { return self.dispatch(node) };
        let id = node as BlockId;
        self.pieces.push(Piece::Body(id));
        match block.end {
            End::Jump(..) => self.work.push(Work::Follow(node, 0)),
            End::Branch(..) => {
                self.open(Piece::If(id));
                self.work.extend([
                    Work::Close(Piece::End),
                    Work::Follow(node, 1),
                    Work::Close(Piece::Else),
                    Work::Follow(node, 0),
                ]);
            }
            End::Leave(exit) => self.pieces.push(Piece::Leave(exit)),
        }
    }
    fn dispatch(&mut self, node: usize) {
        let Some(last) = self.graph.edges[node].len().checked_sub(1) else { return };
        // Each test is in the `else` of the one before. What is pushed last is done first.
        self.work.extend((0..last).map(|_| Work::Close(Piece::End)));
        self.work.push(Work::Follow(node, last));
        for n in (0..last).rev() {
            self.work.extend([Work::Close(Piece::Else), Work::Follow(node, n), Work::Open(Piece::IfRoute(n as u32))]);
        }
    }
    fn follow(&mut self, node: usize, n: usize) {
        let Edge { to, route, .. } = self.graph.edges[node][n];
        if let Some(block) = self.unit.blocks.get(node)
            && block.end.targets().get(n).is_some_and(|(_, args)| !args.is_empty())
        {
            self.pieces.push(Piece::Pass(node as BlockId, n));
        }
        self.pieces.extend(route.map(Piece::Route));
        if self.place[to] <= self.place[node] {
            self.pieces.push(Piece::Jump((self.depth - self.around[to]) as u32));
        } else if self.is_merge[to] {
            self.pieces.push(Piece::Jump((self.depth - self.behind[to]) as u32));
        } else {
            self.work.push(Work::Tree(to));
        }
    }
}

/// The immediate dominator of each node (Cooper, Harvey, Kennedy: "A Simple, Fast Dominance Algorithm"). One pass is
/// enough, as edges that go back lead to nodes that dominate where they start.
fn dominators(order: &[usize], place: &[usize], before: &[Vec<usize>]) -> Vec<usize> {
    let mut above = vec![usize::MAX; place.len()];
    for &node in order {
        let common = |mut a: usize, mut b: usize| {
            while a != b {
                if place[a] > place[b] { a = above[a] } else { b = above[b] }
            }
            a
        };
        above[node] = before[node].iter().copied().reduce(common).unwrap_or(node);
    }
    above
}

#[cfg(test)]
mod tests {
    use super::{Piece, structure};
    use krait_jit::ir::{Block, BlockId, End, Unit};

    struct Dice(u64);
    impl Dice {
        fn roll(&mut self, sides: usize) -> usize {
            self.0 = self.0.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
            (self.0 >> 33) as usize % sides
        }
    }

    fn unit(ends: Vec<End>, entries: &[BlockId]) -> Unit {
        let blocks = ends.into_iter().map(|end| Block { params: Vec::new(), insts: Vec::new(), end }).collect();
        Unit { blocks, entries: entries.iter().map(|&b| (b as usize, b)).collect(), ..Unit::default() }
    }

    /// Which way a block's condition sends the walk for the n-th time.
    fn turn(walk: u64, step: usize) -> bool {
        Dice(walk.wrapping_mul(977).wrapping_add(step as u64)).roll(5) < 3
    }

    /// The blocks that a walk of so many steps comes through, and the exit.
    fn walk(unit: &Unit, entry: usize, walk: u64, steps: usize) -> Vec<String> {
        let (mut at, mut seen) = (unit.entries[entry].1, Vec::new());
        for step in 0..steps {
            seen.push(format!("b{at}"));
            at = match &unit.blocks[at as usize].end {
                End::Jump(to, _) => *to,
                End::Branch(_, (a, _), (b, _)) => {
                    if turn(walk, step) {
                        *a
                    } else {
                        *b
                    }
                }
                End::Leave(exit) => {
                    seen.push(format!("x{exit}"));
                    break;
                }
            };
        }
        seen
    }
    fn walk_pieces(pieces: &[Piece], entry: usize, walk: u64, steps: usize) -> Vec<String> {
        // Where each piece that opens something ends, and its else.
        let (mut end, mut other, mut open) = (vec![0; pieces.len()], vec![0; pieces.len()], Vec::new());
        for (n, piece) in pieces.iter().enumerate() {
            match piece {
                Piece::Loop | Piece::Block | Piece::If(_) | Piece::IfRoute(_) => open.push(n),
                Piece::Else => other[*open.last().unwrap()] = n,
                Piece::End => end[open.pop().unwrap()] = n,
                _ => {}
            }
        }
        assert!(open.is_empty());
        let (mut route, mut pc, mut seen, mut levels) = (entry as u32, 0, Vec::new(), Vec::new());
        let mut steps_done = 0;
        loop {
            let goes = |condition: bool, levels: &mut Vec<usize>| {
                levels.push(pc);
                if condition { pc + 1 } else { other[pc] + 1 }
            };
            pc = match pieces[pc] {
                Piece::Body(block) => {
                    if steps_done == steps {
                        return seen;
                    }
                    steps_done += 1;
                    seen.push(format!("b{block}"));
                    pc + 1
                }
                Piece::Pass(..) => pc + 1,
                Piece::Route(to) => {
                    route = to;
                    pc + 1
                }
                Piece::Loop | Piece::Block => {
                    levels.push(pc);
                    pc + 1
                }
                Piece::If(_) => goes(turn(walk, steps_done - 1), &mut levels),
                Piece::IfRoute(wanted) => goes(route == wanted, &mut levels),
                Piece::Else => end[*levels.last().unwrap()],
                Piece::End => {
                    levels.pop();
                    pc + 1
                }
                Piece::Jump(out) => {
                    levels.truncate(levels.len() - out as usize);
                    let to = *levels.last().unwrap();
                    if pieces[to] == Piece::Loop { to + 1 } else { end[to] }
                }
                Piece::Leave(exit) => {
                    seen.push(format!("x{exit}"));
                    return seen;
                }
            };
        }
    }
    fn check(unit: &Unit) {
        let pieces = structure(unit);
        for entry in 0..unit.entries.len() {
            for n in 0..20 {
                assert_eq!(walk_pieces(&pieces, entry, n, 40), walk(unit, entry, n, 40), "{unit:?} {pieces:?}");
            }
        }
    }

    #[test]
    fn loops_in_loops_are_entered_in_the_middle() {
        let branch = |a, b| End::Branch(0, (a, vec![]), (b, vec![]));
        let jump = |to| End::Jump(to, vec![]);
        // The heads are 0, 1 and 2; 5 to 7 are the ways in.
        let nested = vec![branch(1, 4), branch(2, 3), branch(2, 1), jump(0), End::Leave(0), jump(0), jump(1), jump(2)];
        let unit = unit(nested, &[5, 6, 7]);
        check(&unit);
        // The innermost loop goes round without asking for the route.
        let pieces = structure(&unit);
        let body = pieces.iter().position(|p| *p == Piece::Body(2)).unwrap();
        assert_eq!(pieces[body + 1..body + 3], [Piece::If(2), Piece::Jump(1)]);
    }

    #[test]
    fn graphs_of_all_kinds_go_the_same_ways() {
        let mut dice = Dice(7);
        for _ in 0..3000 {
            let count = 1 + dice.roll(9);
            let ends = (0..count)
                .map(|_| {
                    let mut to = || dice.roll(count) as BlockId;
                    let (a, b) = (to(), to());
                    match dice.roll(6) {
                        0 => End::Leave(a),
                        1 | 2 => End::Jump(a, vec![]),
                        _ => End::Branch(0, (a, vec![]), (b, vec![])),
                    }
                })
                .collect();
            let entries: Vec<BlockId> = (0..1 + dice.roll(4)).map(|_| dice.roll(count) as BlockId).collect();
            check(&unit(ends, &entries));
        }
    }
}
