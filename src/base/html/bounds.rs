//! Whether HTML is cheap enough to be parsed. Parsing as the standard says takes time
//! and memory out of all proportion for texts that were made for it: open elements are
//! searched at each tag, formatting that was never closed is opened again in each
//! paragraph, attributes are compared with each other. No count of the text tells these
//! from honest mail, so the parser of the cleaner itself runs here, over a tree of which
//! only the sizes are kept, and stops when it has worked more than the text is worth.

use std::borrow::Cow;
use std::cell::Cell;
use std::rc::Rc;

use html5ever::buffer_queue::BufferQueue;
use html5ever::interface::{ElementFlags, NodeOrText, QuirksMode, TreeSink};
use html5ever::tendril::StrTendril;
use html5ever::tokenizer::{Token, TokenSink, TokenSinkResult, Tokenizer, TokenizerOpts};
use html5ever::tree_builder::{TreeBuilder, TreeBuilderOpts};
use html5ever::{Attribute, ExpandedName, QualName, local_name, ns};

/// How long a text may be, and how many `<` it may have: what a tree of so many elements takes
/// is some 6 MB.
const LONGEST: usize = 1 << 20;
pub(super) const MOST_TAGS: usize = 20_000;

/// Whatever it is, so short a text with so few tags costs little.
const SHORT: usize = 8 << 10;
const FEW_TAGS: usize = 100;

/// Steps, of some 2 ns each, that any text may take, and further ones for each byte.
const STEPS: u64 = 4_000_000;
const STEPS_A_BYTE: u64 = 64;

/// How deep elements may stand in each other; browsers go no deeper either.
const DEEPEST: usize = 512;

/// How much longer than the text all that is in the tree may be.
const GROWTH: usize = 8;

/// How many blanks a tag may have, and so attributes; between them the parser tells nothing.
const MOST_BLANKS: usize = 12_000;

/// How much is parsed between two looks at what it took.
const PIECE: usize = 4 << 10;

/// Whether cleaning takes time and memory in proportion to the length of the text.
pub(super) fn is_cheap(html: &str) -> bool {
    let tags = memchr::memchr_iter(b'<', html.as_bytes()).count();
    if html.len() <= SHORT && tags <= FEW_TAGS {
        return true;
    }
    if html.len() > LONGEST || tags > MOST_TAGS {
        return false;
    }
    let scale = Scale::default();
    let context = scale.create_element(name_of_div(), Vec::new(), ElementFlags::default());
    let options = TreeBuilderOpts::default();
    let meter = Meter {
        builder: TreeBuilder::new_for_fragment(scale, context, None, options),
        blanks: Cell::new(0),
    };
    let tokenizer = Tokenizer::new(meter, TokenizerOpts::default());
    let queue = BufferQueue::default();
    let mut rest = html;
    while !rest.is_empty() {
        let (piece, after) = rest.split_at(rest.floor_char_boundary(PIECE));
        rest = after;
        tokenizer.sink.count_blanks(piece);
        queue.push_back(StrTendril::from(piece));
        // It stops early at the end of a script, and goes on when it is asked again.
        while !queue.is_empty() {
            let _ = tokenizer.feed(&queue);
        }
        if tokenizer.sink.is_beyond(html.len()) {
            return false;
        }
    }
    tokenizer.end();
    !tokenizer.sink.is_beyond(html.len())
}

fn name_of_div() -> QualName {
    QualName::new(None, ns!(html), local_name!("div"))
}

/// Between the parser's halves: the one that reads tags, and the one that builds the tree.
struct Meter {
    builder: TreeBuilder<Node, Scale>,
    /// Blanks since something was read to its end.
    blanks: Cell<usize>,
}

impl Meter {
    fn count_blanks(&self, piece: &str) {
        let is_blank = |byte: u8| matches!(byte, b' ' | b'\t' | b'\n' | b'\r' | b'\x0c');
        let ends = piece.as_bytes().windows(2);
        let ends = ends.filter(|pair| is_blank(pair[0]) && !is_blank(pair[1]));
        self.blanks.set(self.blanks.get() + ends.count());
    }

    fn is_beyond(&self, length: usize) -> bool {
        let scale = &self.builder.sink;
        self.blanks.get() > MOST_BLANKS
            || scale.steps.get() > STEPS + STEPS_A_BYTE * length as u64
            || scale.deepest.get() > DEEPEST
            || scale.length.get() > GROWTH * length + 2_000
    }
}

impl TokenSink for Meter {
    type Handle = Node;

    fn process_token(&self, token: Token, line: u64) -> TokenSinkResult<Node> {
        match &token {
            Token::ParseError(_) => self.blanks.set(self.blanks.get() + 1),
            Token::TagToken(tag) => {
                self.blanks.set(0);
                // Each is compared with those before.
                self.builder
                    .sink
                    .spend(tag.attrs.len() * tag.attrs.len() / 2);
            }
            _ => self.blanks.set(0),
        }
        self.builder.process_token(token, line)
    }

    fn end(&self) {
        self.builder.end();
    }

    fn adjusted_current_node_present_but_not_in_html_namespace(&self) -> bool {
        self.builder
            .adjusted_current_node_present_but_not_in_html_namespace()
    }
}

/// A tree without content, which knows what building it takes.
#[derive(Default)]
struct Scale {
    steps: Cell<u64>,
    nodes: Cell<usize>,
    /// Of tags and attributes, as they would be written.
    length: Cell<usize>,
    /// How deep the last element went, and the deepest.
    depth: Cell<usize>,
    deepest: Cell<usize>,
}

/// An element, or another node.
type Node = Rc<Element>;

struct Element {
    name: QualName,
    is_integration_point: bool,
    /// 0 outside the tree.
    depth: Cell<usize>,
    /// Length of the text that it ends with, and how much of it is special.
    text: Cell<(usize, usize)>,
}

impl Scale {
    fn spend(&self, steps: usize) {
        self.steps
            .set(self.steps.get().saturating_add(steps as u64));
    }

    /// Looks for a node among its siblings, one by one: how many they are is not known.
    fn find(&self) {
        self.spend(self.nodes.get());
    }

    fn node(&self, name: QualName, is_integration_point: bool) -> Node {
        self.nodes.set(self.nodes.get() + 1);
        Rc::new(Element {
            name,
            is_integration_point,
            depth: Cell::default(),
            text: Cell::default(),
        })
    }

    fn put(&self, node: &Node, depth: usize) {
        node.depth.set(depth);
        self.depth.set(depth);
        self.deepest.set(self.deepest.get().max(depth));
    }

    fn append_beside(&self, sibling: &Node, child: NodeOrText<Node>) {
        self.find();
        if let NodeOrText::AppendNode(node) = child {
            self.put(&node, sibling.depth.get());
        }
    }
}

impl TreeSink for Scale {
    type Handle = Node;
    type Output = ();
    type ElemName<'a> = ExpandedName<'a>;

    fn finish(self) {}

    fn parse_error(&self, _: Cow<'static, str>) {}

    fn set_quirks_mode(&self, _: QuirksMode) {}

    fn append_doctype_to_document(&self, _: StrTendril, _: StrTendril, _: StrTendril) {}

    fn add_attrs_if_missing(&self, _: &Node, attributes: Vec<Attribute>) {
        self.spend(attributes.len());
    }

    fn get_document(&self) -> Node {
        self.node(name_of_div(), false)
    }

    /// Its content is as deep as the template.
    fn get_template_contents(&self, template: &Node) -> Node {
        template.clone()
    }

    fn elem_name<'a>(&'a self, node: &'a Node) -> ExpandedName<'a> {
        self.spend(1);
        node.name.expanded()
    }

    fn same_node(&self, one: &Node, other: &Node) -> bool {
        self.spend(1);
        Rc::ptr_eq(one, other)
    }

    fn is_mathml_annotation_xml_integration_point(&self, node: &Node) -> bool {
        node.is_integration_point
    }

    fn create_element(
        &self,
        name: QualName,
        attributes: Vec<Attribute>,
        flags: ElementFlags,
    ) -> Node {
        let mut length = 2 * name.local.len() + 5;
        for Attribute { name, value } in &attributes {
            length += name.local.len() + value.len() + 4;
            self.spend(value.len() * special(value) / 32);
        }
        self.length.set(self.length.get() + length);
        self.spend(64);
        if is_formatting(&name) {
            // It is compared with the formatting around it, attribute by attribute.
            self.spend(16 * self.depth.get() * (1 + attributes.len()));
        }
        self.node(name, flags.mathml_annotation_xml_integration_point)
    }

    fn create_comment(&self, _: StrTendril) -> Node {
        self.node(name_of_div(), false)
    }

    fn create_pi(&self, _: StrTendril, _: StrTendril) -> Node {
        self.node(name_of_div(), false)
    }

    fn append(&self, parent: &Node, child: NodeOrText<Node>) {
        match child {
            NodeOrText::AppendNode(node) => {
                self.put(&node, parent.depth.get() + 1);
                parent.text.set((0, 0));
            }
            NodeOrText::AppendText(text) => {
                let (before, special_before) = parent.text.get();
                let now = (before + text.len(), special_before + special(&text));
                parent.text.set(now);
                // Some thirty bytes are searched a step.
                self.spend((now.0 * now.1 - before * special_before) / 32);
            }
        }
    }

    fn append_before_sibling(&self, sibling: &Node, child: NodeOrText<Node>) {
        self.append_beside(sibling, child);
    }

    fn append_based_on_parent_node(&self, element: &Node, before: &Node, child: NodeOrText<Node>) {
        if element.depth.get() > 0 {
            self.append_beside(element, child);
        } else {
            self.append(before, child);
        }
    }

    fn remove_from_parent(&self, node: &Node) {
        self.find();
        node.depth.set(0);
    }

    fn reparent_children(&self, _: &Node, _: &Node) {
        self.find();
    }
}

/// How many characters the serialiser (html5ever 0.40) searches all the rest for.
fn special(text: &str) -> usize {
    memchr::memchr2_iter(b'&', 0xC2, text.as_bytes()).count()
}

/// Elements that the parser opens again where they were not closed.
#[rustfmt::skip]
fn is_formatting(name: &QualName) -> bool {
    matches!(
        &*name.local,
        "a" | "b" | "big" | "code" | "em" | "font" | "i" | "nobr" | "s" | "small" | "strike"
            | "strong" | "tt" | "u"
    )
}
