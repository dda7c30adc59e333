//! What can be wrong with a file before anyone asks what it means.

use crate::diagnostic::{Rule, rule};

/// Every rule of this stage, in the order of the codes.
pub static RULES: &[&Rule] = &[
    &UNREADABLE,
    &TOO_LARGE,
    &NOT_UTF8,
    &FORBIDDEN_CHARACTER,
    &INVALID_YAML,
    &TAB_INDENTATION,
    &ALIAS,
    &MERGE_KEY,
    &TAG,
    &DUPLICATE_KEY,
    &KEY_NOT_TEXT,
    &MULTIPLE_DOCUMENTS,
    &TOO_DEEP,
    &TOO_MANY_VALUES,
    &EMPTY_DOCUMENT,
];

rule! {
    /// ## What it does
    /// Reports a file that cannot be opened or read.
    ///
    /// ## Why it matters
    /// Nothing can be said about a policy that was not read, and a tenant file that is left out would turn its
    /// tenants away.
    ///
    /// ## Example
    /// ```yaml
    /// tenantsFrom: [no-such-file.csv]
    /// ```
    ///
    /// ## Mend
    /// Correct the path, or the file's permissions. Paths in `tenantsFrom` are relative to the policy file.
    pub static UNREADABLE: TN0001, "unreadable-file", Error, "a file cannot be read";

    /// ## What it does
    /// Refuses a policy of more than 4 MiB and a tenant file of more than 256 MiB, before reading it.
    ///
    /// ## Why it matters
    /// A policy is written and reviewed by people. A file beyond this size is a mistake or an attack, and is answered
    /// in the same time as a small one.
    ///
    /// ## Example
    /// ```yaml
    /// tenants:
    ///   tenant_000001: {cluster: us}
    ///   # and 300,000 more lines
    /// ```
    ///
    /// ## Mend
    /// Move tenants into CSV files.
    /// ```yaml
    /// tenantsFrom: [tenants.csv]
    /// ```
    pub static TOO_LARGE: TN0002, "file-too-large", Error, "a file is larger than the limit";

    /// ## What it does
    /// Reports the first byte that is not part of UTF-8 text.
    ///
    /// ## Why it matters
    /// Two readers that guess two encodings read two different policies.
    ///
    /// ## Example
    /// A file saved as Latin-1 or UTF-16 by an editor.
    ///
    /// ## Mend
    /// Save the file as UTF-8. A byte order mark at the start does no harm.
    pub static NOT_UTF8: TN0003, "not-utf8", Error, "a file is not UTF-8 text";

    /// ## What it does
    /// Refuses control characters, characters that nobody can see, characters that reorder the text around them, and
    /// line breaks that only some readers count.
    ///
    /// ## Why it matters
    /// They make a policy look different in review from what it is.
    ///
    /// ## Example
    /// A NUL character, a right-to-left override, or a zero-width space inside a tenant id.
    ///
    /// ## Mend
    /// Delete the character. Where it is meant, write it as an escape in a double-quoted string: `"\u200b"`.
    pub static FORBIDDEN_CHARACTER: TN0004, "forbidden-character", Error, "a file holds a character that cannot be seen";

    /// ## What it does
    /// Reports text that is not YAML. A mistake in one section does not hide the mistakes in the others.
    ///
    /// ## Why it matters
    /// What cannot be read cannot be enforced.
    ///
    /// ## Example
    /// ```yaml
    /// ingress:
    ///   hosts: [api.example.com
    ///   tls: {secret: api-tls}
    /// ```
    ///
    /// ## Mend
    /// Close the bracket. The diagnostic shows where the collection was opened.
    /// ```yaml
    /// ingress:
    ///   hosts: [api.example.com]
    ///   tls: {secret: api-tls}
    /// ```
    pub static INVALID_YAML: TN0005, "invalid-yaml", Error, "the text is not valid YAML";

    /// ## What it does
    /// Reports a line that is indented with a tab.
    ///
    /// ## Why it matters
    /// YAML forbids tabs in indentation, because nobody can say how wide one is.
    ///
    /// ## Example
    /// A line under `mesh:` that starts with a tab instead of two spaces.
    ///
    /// ## Mend
    /// Indent with spaces.
    pub static TAB_INDENTATION: TN0006, "tab-indentation", Error, "a tab indents a line";

    /// ## What it does
    /// Refuses anchors (`&name`) and aliases (`*name`).
    ///
    /// ## Why it matters
    /// A few nested aliases stand for billions of values, and a reader of one line has to search the file for its
    /// meaning.
    ///
    /// ## Example
    /// ```yaml
    /// tenants:
    ///   tenant_a: &home {cluster: us}
    ///   tenant_b: *home
    /// ```
    ///
    /// ## Mend
    /// ```yaml
    /// tenants:
    ///   tenant_a: {cluster: us}
    ///   tenant_b: {cluster: us}
    /// ```
    pub static ALIAS: TN0007, "alias", Error, "an anchor or an alias is used";

    /// ## What it does
    /// Refuses the key `<<`, which some YAML readers take as an order to merge another mapping.
    ///
    /// ## Why it matters
    /// It is not part of YAML 1.2, and readers differ on which of two equal fields wins.
    ///
    /// ## Example
    /// ```yaml
    /// services:
    ///   search:
    ///     <<: {timeout: 10s}
    ///     port: 8000
    /// ```
    ///
    /// ## Mend
    /// ```yaml
    /// services:
    ///   search:
    ///     timeout: 10s
    ///     port: 8000
    /// ```
    pub static MERGE_KEY: TN0008, "merge-key", Error, "a merge key is used";

    /// ## What it does
    /// Refuses tags such as `!!python/object` and `!!str`.
    ///
    /// ## Why it matters
    /// Tags make some YAML readers run code. No field of a policy needs one.
    ///
    /// ## Example
    /// ```yaml
    /// metadata:
    ///   name: !!str search
    /// ```
    ///
    /// ## Mend
    /// Remove the tag. Quote a value to make it text.
    /// ```yaml
    /// metadata:
    ///   name: search
    /// ```
    pub static TAG: TN0009, "tag", Error, "a YAML tag is used";

    /// ## What it does
    /// Reports a key that stands twice in one mapping, with both places.
    ///
    /// ## Why it matters
    /// YAML readers keep the first or the last, and nobody notices which.
    ///
    /// ## Example
    /// ```yaml
    /// tenants:
    ///   tenant_a: {cluster: us}
    ///   tenant_a: {cluster: us, tier: standard}
    /// ```
    ///
    /// ## Mend
    /// Remove one of the two.
    /// ```yaml
    /// tenants:
    ///   tenant_a: {cluster: us}
    /// ```
    pub static DUPLICATE_KEY: TN0010, "duplicate-key", Error, "a key is given twice";

    /// ## What it does
    /// Reports a key that is a list, a mapping or nothing.
    ///
    /// ## Why it matters
    /// Fields and names are text. Such a key is most often a misplaced `:` or `?`.
    ///
    /// ## Example
    /// ```yaml
    /// tenants:
    ///   ? [tenant_a, tenant_b]
    ///   : {cluster: us}
    /// ```
    ///
    /// ## Mend
    /// ```yaml
    /// tenants:
    ///   tenant_a: {cluster: us}
    ///   tenant_b: {cluster: us}
    /// ```
    pub static KEY_NOT_TEXT: TN0011, "key-not-text", Error, "a key is not text";

    /// ## What it does
    /// Reports a second document in a file.
    ///
    /// ## Why it matters
    /// One file is one policy. A second document that went unread would be a policy that nobody enforces.
    ///
    /// ## Example
    /// ```yaml
    /// routes:
    ///   - {path: /, to: web}
    /// ---
    /// kind: MeshPolicy
    /// ```
    ///
    /// ## Mend
    /// Put each policy into a file of its own.
    pub static MULTIPLE_DOCUMENTS: TN0012, "multiple-documents", Error, "a file holds more than one document";

    /// ## What it does
    /// Stops at values that are nested more than 32 levels deep.
    ///
    /// ## Why it matters
    /// Deep nesting exhausts the memory of programs that read it. The deepest field of a policy is on level seven.
    ///
    /// ## Example
    /// ```yaml
    /// metadata: [[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]
    /// ```
    ///
    /// ## Mend
    /// Compare the place with the policy reference.
    pub static TOO_DEEP: TN0013, "too-deep", Error, "values are nested too deep";

    /// ## What it does
    /// Stops after a million values in one file.
    ///
    /// ## Why it matters
    /// A small file of many tiny values needs a lot of memory.
    ///
    /// ## Example
    /// A list of two million empty items.
    ///
    /// ## Mend
    /// Keep large tenant sets in CSV files and name them in `tenantsFrom`.
    pub static TOO_MANY_VALUES: TN0014, "too-many-values", Error, "a file holds too many values";

    /// ## What it does
    /// Reports a policy file that holds nothing, or nothing but comments.
    ///
    /// ## Why it matters
    /// An empty policy would serve nobody. It is most often a wrong path or a failed write.
    ///
    /// ## Example
    /// ```yaml whole
    /// # to be written
    /// ```
    ///
    /// ## Mend
    /// Start from one of the reference policies, or with these two lines.
    /// ```yaml
    /// apiVersion: tenantry/v1
    /// kind: MeshPolicy
    /// ```
    pub static EMPTY_DOCUMENT: TN0015, "empty-document", Error, "a file holds no policy";
}
