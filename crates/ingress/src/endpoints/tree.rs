//! Templates as a tree of words, so that finding one costs a look-up for each segment.

use std::collections::BTreeMap;

use super::Endpoint;
use crate::target::Segment;

/// What may follow a beginning of a path.
#[derive(Debug, Default)]
pub(super) struct Tree {
    words: BTreeMap<&'static str, Tree>,
    /// A parameter. A place has words or a parameter, never both, so that a path has one meaning.
    parameter: Option<(&'static str, Box<Tree>)>,
    ends: Vec<&'static Endpoint>,
}

impl FromIterator<&'static Endpoint> for Tree {
    fn from_iter<I: IntoIterator<Item = &'static Endpoint>>(endpoints: I) -> Self {
        let mut root = Self::default();
        for endpoint in endpoints {
            for under in endpoint.under {
                let words = under.split('/').chain(endpoint.template.split('/'));
                let end = words.fold(&mut root, Self::grow);
                end.ends.push(endpoint);
            }
        }
        root
    }
}

impl Tree {
    fn grow<'t>(&'t mut self, part: &'static str) -> &'t mut Self {
        match part.strip_prefix('{').and_then(|part| part.strip_suffix('}')) {
            Some(name) => &mut self.parameter.get_or_insert_with(|| (name, Box::default())).1,
            None => self.words.entry(part).or_default(),
        }
    }

    /// The endpoints at the end of a path, and the parameters on the way.
    pub(super) fn find<'t>(
        &self,
        segments: &'t [Segment<'_>],
        parameters: &mut Vec<(&'static str, &'t str)>,
    ) -> Option<&[&'static Endpoint]> {
        let mut place = self;
        for segment in segments {
            place = match (place.words.get(segment.raw), &place.parameter) {
                (Some(next), _) => next,
                (None, Some((name, next))) if !segment.raw.is_empty() => {
                    parameters.push((name, &segment.text));
                    next
                }
                _ => return None,
            };
        }
        (!place.ends.is_empty()).then_some(&place.ends)
    }
}

#[cfg(test)]
mod tests {
    use super::Tree;
    use crate::endpoints::all;

    /// An empty word beside a parameter is a slash at the end, which no parameter can be.
    fn assert_unambiguous(tree: &Tree) {
        let words: Vec<_> = tree.words.keys().filter(|word| !word.is_empty()).collect();
        assert!(tree.parameter.is_none() || words.is_empty(), "{words:?} beside {:?}", tree.parameter);
        let methods: Vec<_> = tree.ends.iter().flat_map(|endpoint| endpoint.methods).collect();
        for (at, method) in methods.iter().enumerate() {
            assert!(!methods[..at].contains(method), "{method} twice: {:?}", tree.ends);
        }
        tree.words.values().for_each(assert_unambiguous);
        tree.parameter.iter().for_each(|(_, next)| assert_unambiguous(next));
    }

    #[test]
    fn no_path_has_two_meanings() {
        assert_unambiguous(&all().collect());
    }
}
