//! What can be wrong with the meaning of a policy that reads well.

use crate::diagnostic::{Rule, rule};

/// Every rule of this stage, in the order of the codes.
pub static RULES: &[&Rule] = &[
    &UNKNOWN_FIELD,
    &MISSING_FIELD,
    &WRONG_TYPE,
    &BAD_VALUE,
    &AMBIGUOUS_SCALAR,
    &TOO_FEW,
    &UNKNOWN_NAME,
    &BAD_TENANT_ID,
    &DUPLICATE_TENANT,
    &TENANT_FILE_OUTSIDE,
    &BAD_CSV,
];

rule! {
    /// ## What it does
    /// Reports a field that the language does not know, with the known field that looks most like it.
    ///
    /// ## Why it matters
    /// A misspelled field that was ignored would leave its default in force without a word.
    ///
    /// ## Example
    /// ```yaml
    /// tenancy:
    ///   elsewere: redirect
    /// ```
    ///
    /// ## Mend
    /// ```yaml
    /// tenancy:
    ///   elsewhere: redirect
    /// ```
    pub static UNKNOWN_FIELD: TN0101, "unknown-field", Error, "a field is not known";

    /// ## What it does
    /// Reports a field that has to be there and is not.
    ///
    /// ## Why it matters
    /// There is no default that would suit everyone, and a guess could let a tenant in.
    ///
    /// ## Example
    /// ```yaml
    /// services:
    ///   search:
    ///     callers: [ingress]
    /// ```
    ///
    /// ## Mend
    /// ```yaml
    /// services:
    ///   search:
    ///     port: 8000
    ///     callers: [ingress]
    /// ```
    pub static MISSING_FIELD: TN0102, "missing-field", Error, "a required field is missing";

    /// ## What it does
    /// Reports a value of another type than its field takes: a list for a name, a number for text, nothing at all.
    ///
    /// ## Why it matters
    /// Converting it silently would guess. An unquoted `1.30` is the number 1.3 to YAML.
    ///
    /// ## Example
    /// ```yaml
    /// mesh:
    ///   istio: 1.30
    /// ```
    ///
    /// ## Mend
    /// Quote what is meant as text, and give numbers without quotes.
    /// ```yaml
    /// mesh:
    ///   istio: "1.30"
    /// ```
    pub static WRONG_TYPE: TN0103, "wrong-type", Error, "a value has the wrong type";

    /// ## What it does
    /// Reports a value that is of the right type and still cannot be meant: a duration without a unit, a path without
    /// its slash, a port over 65535, a word that the field does not know.
    ///
    /// ## Why it matters
    /// The mesh would refuse it later, or read it as something else.
    ///
    /// ## Example
    /// ```yaml
    /// routes:
    ///   - {path: search, to: web}
    /// ```
    ///
    /// ## Mend
    /// ```yaml
    /// routes:
    ///   - {path: /search, to: web}
    /// ```
    pub static BAD_VALUE: TN0104, "bad-value", Error, "a value makes no sense in its field";

    /// ## What it does
    /// Reports an unquoted value that readers of YAML 1.1 and YAML 1.2 take for different things: `no`, `on`, `0123`,
    /// `1_000`, `12:30`, `2026-11-22`.
    ///
    /// ## Why it matters
    /// A tenant called `no` is the boolean `false` to half of the tools that read YAML, and the id `12:30` is the
    /// number 750.
    ///
    /// ## Example
    /// ```yaml
    /// tenants:
    ///   no: {cluster: us}
    /// ```
    ///
    /// ## Mend
    /// Quote it.
    /// ```yaml
    /// tenants:
    ///   "no": {cluster: us}
    /// ```
    pub static AMBIGUOUS_SCALAR: TN0105, "ambiguous-scalar", Error, "readers of YAML disagree about a value";

    /// ## What it does
    /// Reports an empty list or mapping where at least one entry is needed.
    ///
    /// ## Why it matters
    /// A gateway without hosts serves nobody, and a mesh without clusters is nowhere.
    ///
    /// ## Example
    /// ```yaml
    /// ingress:
    ///   hosts: []
    /// ```
    ///
    /// ## Mend
    /// ```yaml
    /// ingress:
    ///   hosts: [api.example.com]
    /// ```
    pub static TOO_FEW: TN0106, "too-few", Error, "a list or mapping is empty";

    /// ## What it does
    /// Reports a cluster, tier, service or tenant that is named and nowhere declared.
    ///
    /// ## Why it matters
    /// A tenant in a cluster that does not exist can be served nowhere, and a caller that does not exist most often
    /// is a misspelled one that will be turned away.
    ///
    /// ## Example
    /// ```yaml
    /// clusters:
    ///   us: {endpoint: us.example.com}
    /// tenants:
    ///   tenant_a: {cluster: usa}
    /// ```
    ///
    /// ## Mend
    /// Correct the name, or declare it.
    /// ```yaml
    /// clusters:
    ///   us: {endpoint: us.example.com}
    /// tenants:
    ///   tenant_a: {cluster: us}
    /// ```
    pub static UNKNOWN_NAME: TN0107, "unknown-name", Error, "a name is nowhere declared";

    /// ## What it does
    /// Reports a tenant id that is not in the grammar of `tenancy.ids`.
    ///
    /// ## Why it matters
    /// The filter refuses such an id in a request before it looks for the tenant, so this tenant could never be served.
    ///
    /// ## Example
    /// ```yaml
    /// tenancy:
    ///   ids: slug
    /// tenants:
    ///   Tenant_A: {cluster: us}
    /// ```
    ///
    /// ## Mend
    /// Change the id, or choose the grammar that your ids are in.
    /// ```yaml
    /// tenancy:
    ///   ids: org-colon
    /// tenants:
    ///   Tenant_A: {cluster: us}
    /// ```
    pub static BAD_TENANT_ID: TN0108, "bad-tenant-id", Error, "a tenant id is not in the policy's grammar";

    /// ## What it does
    /// Reports a tenant that is declared twice, in the policy, in a file or in both, with both places.
    ///
    /// ## Why it matters
    /// The two may live in different clusters, and only one can be meant.
    ///
    /// ## Example
    /// ```yaml
    /// tenants:
    ///   tenant_a: {cluster: us}
    /// tenantsFrom: [tenants.csv]
    /// ```
    /// ```csv tenants.csv
    /// id,cluster
    /// tenant_a,us
    /// ```
    ///
    /// ## Mend
    /// Remove one of the two.
    /// ```yaml
    /// tenantsFrom: [tenants.csv]
    /// ```
    /// ```csv tenants.csv
    /// id,cluster
    /// tenant_a,us
    /// ```
    pub static DUPLICATE_TENANT: TN0109, "duplicate-tenant", Error, "a tenant is declared twice";

    /// ## What it does
    /// Refuses a file in `tenantsFrom` that is not in the policy's own directory or below it, links followed.
    ///
    /// ## Why it matters
    /// A policy under review must not read, and show in its diagnostics, files from elsewhere on the machine that
    /// compiles it. A policy and its tenants also move together.
    ///
    /// ## Example
    /// ```yaml
    /// tenantsFrom: [../other/tenants.csv]
    /// ```
    ///
    /// ## Mend
    /// Put the file beside the policy.
    /// ```yaml
    /// tenantsFrom: [tenants.csv]
    /// ```
    /// ```csv tenants.csv
    /// id,cluster
    /// tenant_a,us
    /// ```
    pub static TENANT_FILE_OUTSIDE: TN0110, "tenant-file-outside", Error, "a tenant file is outside the policy's directory";

    /// ## What it does
    /// Reports a tenant file whose header or rows cannot be read, with line and column.
    ///
    /// ## Why it matters
    /// A row that was skipped would turn its tenant away.
    ///
    /// ## Example
    /// ```yaml
    /// tenantsFrom: [tenants.csv]
    /// ```
    /// ```csv tenants.csv
    /// id,cluster
    /// tenant_a,us,standard
    /// ```
    ///
    /// ## Mend
    /// Write the columns `id`, `cluster`, `tier` and `status`, in any order, separated by commas, under a header that
    /// names them. `id` is needed; the others may be left out or left empty.
    /// ```yaml
    /// tenantsFrom: [tenants.csv]
    /// ```
    /// ```csv tenants.csv
    /// id,cluster,tier
    /// tenant_a,us,standard
    /// ```
    pub static BAD_CSV: TN0111, "bad-csv", Error, "a tenant file cannot be read";
}
