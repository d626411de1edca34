//! The picture as SVG. dugong, a port of dagre, finds the places; the drawing is ours.

use dugong::{
    EdgeLabel, GraphLabel, NodeLabel, RankDir,
    graphlib::{Graph, GraphOptions},
};
use values::Name;

use super::{Kind, Link, Node, Picture};

type Layout = Graph<NodeLabel, EdgeLabel, GraphLabel>;

/// Width of a letter at the size of the labels, rounded up; there is no font here to ask.
const LETTER: f64 = 6.8;
const LINE: f64 = 15.0;
const MARGIN: f64 = 16.0;
const NODE_HEIGHT: f64 = 44.0;
/// What stands in the box of everybody outside.
const OUTSIDE: [&str; 2] = ["Internet", "everybody"];

/// Both colour schemes, because nobody knows on which page the picture will stand.
const HEAD: &str = include_str!("head.svg");

/// Draws it.
pub(super) fn draw(picture: &Picture<'_>) -> String {
    let graph = placed(picture);
    let mut svg = String::new();
    for (index, (title, _)) in picture.groups.iter().enumerate() {
        if let Some(place) = graph.node(&group_id(index)) {
            svg += &group(place, title);
        }
    }
    let places = picture.links.iter().enumerate().map(|(index, link)| edge(&graph, picture, index, link));
    let edges: Vec<_> =
        picture.links.iter().zip(places).filter_map(|(link, place)| Some((link, place?))).collect();
    svg.extend(edges.iter().map(|(link, place)| arrow(link, place)));
    svg.extend(edges.iter().map(|(link, place)| note(link, place)));
    for (id, [name, role]) in boxes(picture) {
        if let Some(place) = graph.node(&id) {
            let (x, y) = centre(place);
            svg += &boxed(place, "node");
            svg += &label(x, y - 3.0, "name", name);
            svg += &label(x, y + LINE - 2.0, "small", role);
        }
    }
    let (width, height) = extent(&graph);
    svg += &legend(height + LINE);
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width:.0} {:.0}\" role=\"img\">\n\
         <title>{}</title>\n{HEAD}{svg}</svg>\n",
        height + 2.0 * LINE,
        escaped(&picture.title)
    )
}

/// Every box with its two lines.
fn boxes<'p>(picture: &'p Picture<'_>) -> impl Iterator<Item = (String, [&'p str; 2])> {
    let hosts = picture.groups.iter().flat_map(|(_, nodes)| nodes);
    let hosts =
        hosts.map(|node: &Node<'_>| (node_id(Some(node.name)), [node.name.as_str(), node.role.as_str()]));
    std::iter::once((node_id(None), OUTSIDE)).chain(hosts)
}

/// The graph with the places of everything.
fn placed(picture: &Picture<'_>) -> Layout {
    let mut graph = Layout::new(GraphOptions { multigraph: true, compound: true, ..GraphOptions::default() });
    graph.set_graph(GraphLabel {
        rankdir: RankDir::LR,
        nodesep: 44.0,
        ranksep: 60.0,
        edgesep: 12.0,
        marginx: MARGIN,
        marginy: MARGIN,
        ..GraphLabel::default()
    });
    for (id, lines) in boxes(picture) {
        let width = lines.map(width).into_iter().fold(0.0, f64::max) + MARGIN;
        graph.set_node(id, NodeLabel { width, height: NODE_HEIGHT, ..NodeLabel::default() });
    }
    for (index, (_, nodes)) in picture.groups.iter().enumerate() {
        graph.set_node(group_id(index), NodeLabel::default());
        for node in nodes {
            graph.set_parent(node_id(Some(node.name)), group_id(index));
        }
    }
    for (index, link) in picture.links.iter().enumerate() {
        let label =
            EdgeLabel { width: width(&units(link)), height: LINE, weight: 1.0, ..EdgeLabel::default() };
        let [left, right] = ends(picture, link);
        graph.set_edge_named(left, right, Some(index.to_string()), Some(label));
    }
    dugong::layout_dagreish(&mut graph);
    graph
}

/// Right and lower end of everything, with the margin that dagre left on the other two sides.
fn extent(graph: &Layout) -> (f64, f64) {
    let nodes = graph.nodes().filter_map(|id| graph.node(id)).map(|node| {
        let (x, y) = centre(node);
        (x + node.width / 2.0, y + node.height / 2.0)
    });
    let corners = graph.edges().filter_map(|key| graph.edge_by_key(key)).flat_map(|edge| &edge.points);
    let ends = nodes.chain(corners.map(|point| (point.x, point.y)));
    let (width, height) = ends.fold((0.0, 0.0), |(x, y): (f64, f64), end| (x.max(end.0), y.max(end.1)));
    (width + MARGIN, height + MARGIN)
}

/// The two ends of a link from left to right. The core stands at the right whoever opens the connection, so that the
/// picture shows how deep inside a host is.
fn ends(picture: &Picture<'_>, link: &Link<'_>) -> [String; 2] {
    let (from, to) = (node_id(link.from), node_id(Some(link.to)));
    if link.from == Some(picture.core) { [to, from] } else { [from, to] }
}

/// The line of a link, its points in the direction of the link.
fn edge(graph: &Layout, picture: &Picture<'_>, index: usize, link: &Link<'_>) -> Option<EdgeLabel> {
    let [left, right] = ends(picture, link);
    let mut edge = graph.edge(&left, &right, Some(&index.to_string()))?.clone();
    if link.from == Some(picture.core) {
        edge.points.reverse();
    }
    Some(edge)
}

/// Prefixes keep a host named `internet` apart from the internet.
fn node_id(name: Option<&Name>) -> String {
    name.map_or("internet".to_owned(), |name| format!("host:{name}"))
}

fn group_id(index: usize) -> String {
    format!("group:{index}")
}

fn units(link: &Link<'_>) -> String {
    link.units.iter().copied().collect::<Vec<_>>().join(", ")
}

fn width(text: &str) -> f64 {
    // A label of a million letters is no label.
    f64::from(u16::try_from(text.chars().count()).unwrap_or(u16::MAX)) * LETTER
}

fn centre(place: &NodeLabel) -> (f64, f64) {
    (place.x.unwrap_or_default(), place.y.unwrap_or_default())
}

/// The box of a region with its title. dagre lets boxes touch; what is cut off below keeps them apart.
fn group(place: &NodeLabel, title: &str) -> String {
    let (x, y) = centre(place);
    let shorter = NodeLabel { y: Some(y - LINE / 2.0), height: place.height - LINE, ..place.clone() };
    boxed(&shorter, "group") + &label(x, y - place.height / 2.0 + LINE, "small", title)
}

fn boxed(place: &NodeLabel, class: &str) -> String {
    let (x, y) = centre(place);
    format!(
        "<rect class=\"{class}\" x=\"{:.1}\" y=\"{:.1}\" width=\"{:.1}\" height=\"{:.1}\" rx=\"6\"/>\n",
        x - place.width / 2.0,
        y - place.height / 2.0,
        place.width,
        place.height
    )
}

fn label(x: f64, y: f64, class: &str, text: &str) -> String {
    format!("<text class=\"{class}\" x=\"{x:.1}\" y=\"{y:.1}\">{}</text>\n", escaped(text))
}

/// A curve along the points of the layout: dagre means them as corners to be rounded off.
fn arrow(link: &Link<'_>, place: &EdgeLabel) -> String {
    let Some((first, corners)) = place.points.split_first() else { return String::new() };
    let halves = corners.windows(2).map(|pair| match pair {
        [corner, next] if Some(next) == corners.last() => (corner, next.x, next.y),
        [corner, next] => (corner, f64::midpoint(corner.x, next.x), f64::midpoint(corner.y, next.y)),
        _ => (first, first.x, first.y),
    });
    let curves: Vec<String> =
        halves.map(|(corner, x, y)| format!(" Q{:.1} {:.1} {x:.1} {y:.1}", corner.x, corner.y)).collect();
    let class = class(link.kind);
    format!(
        "<path class=\"link {class}\" d=\"M{:.1} {:.1}{}\" marker-end=\"url(#tip-{class})\"/>\n",
        first.x,
        first.y,
        curves.concat()
    )
}

fn note(link: &Link<'_>, place: &EdgeLabel) -> String {
    let (Some(x), Some(y)) = (place.x, place.y) else { return String::new() };
    let text = units(link);
    let (wide, left) = (width(&text), x - width(&text) / 2.0);
    let back = format!(
        "<rect class=\"back\" x=\"{left:.1}\" y=\"{:.1}\" width=\"{wide:.1}\" height=\"{LINE:.1}\"/>\n",
        y - LINE / 2.0
    );
    back + &label(x, y + 4.0, "small", &text)
}

fn class(kind: Kind) -> &'static str {
    match kind {
        Kind::Public => "public",
        Kind::Forward => "forward",
        Kind::Tunnel => "tunnel",
    }
}

/// What the three kinds of line mean.
fn legend(y: f64) -> String {
    let entries = [
        (Kind::Public, "open network"),
        (Kind::Tunnel, "inside the tunnel"),
        (Kind::Forward, "forwarded media"),
    ];
    let mut x = MARGIN;
    let drawn = entries.map(|(kind, text)| {
        let (start, middle) = (x, x + 36.0 + width(text) / 2.0);
        x += 60.0 + width(text);
        let line = format!("<path class=\"link {}\" d=\"M{start:.1} {y:.1}h28\"/>\n", class(kind));
        line + &label(middle, y + 4.0, "small", text)
    });
    drawn.concat()
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}
