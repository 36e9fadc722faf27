//! Where the services of a suite keep their tables: the section `[stores]`.

use std::fmt;
use std::path::Path;

use sea_orm_migration::MigratorTrait;
use serde::Deserialize;

use crate::backend::Backend;
use crate::fault::StoreFault;
use crate::grant::{create_schema, grant};
use crate::open::Store;
use crate::settings::StoreSettings;

/// The section `[stores]`, the same for every process of a suite.
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Stores {
    /// Address of membership's tables; empty means a file in the data folder.
    pub membership: String,
    /// Address of accounts' tables; empty means a file in the data folder.
    pub accounts: String,
    /// Address of disbursement's tables; empty means a file in the data folder.
    pub disbursement: String,
    /// Address by which `tepat migrate` reaches PostgreSQL; empty means that each service migrates its own.
    pub owner: String,
    /// Most connections of a service, 1 to 100.
    pub connections_max: u32,
    /// Longest wait for a connection or for a writer, milliseconds, 100 to 600,000.
    pub wait_ms_max: u64,
}

/// A service with tables: its name is that of its schema, and of its file without `.sqlite`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kept {
    /// Members, employers, lists.
    Membership,
    /// Verdicts on accounts.
    Accounts,
    /// Batches and money.
    Disbursement,
}

impl Kept {
    /// Every service with tables.
    pub const ALL: [Self; 3] = [Self::Membership, Self::Accounts, Self::Disbursement];

    /// For instance `membership`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Membership => "membership",
            Self::Accounts => "accounts",
            Self::Disbursement => "disbursement",
        }
    }
}

const POSTGRES: &str = "postgres://";

impl Stores {
    /// The section with every key, its meaning and its default.
    pub const DEFAULT_TOML: &'static str = include_str!("stores.default.toml");

    /// The keys whose value cannot be used, with what is wanted.
    #[must_use]
    pub fn faults(&self) -> Vec<(String, &'static str)> {
        let is_file = |url: &str| url.strip_prefix("sqlite:").is_some_and(|path| !path.is_empty());
        let mut faults = Vec::new();
        for kept in Kept::ALL {
            let url = self.url(kept);
            if !(url.is_empty() || is_file(url) || url.starts_with(POSTGRES)) {
                let wanted = "must be sqlite:PATH or postgres://ROLE:PASSWORD@HOST:PORT/DATABASE, or empty for a file in the data folder";
                faults.push((format!("stores.{}", kept.name()), wanted));
            }
        }
        if !(self.owner.is_empty() || self.owner.starts_with(POSTGRES)) {
            faults.push((
                "stores.owner".to_owned(),
                "must be postgres://ROLE:PASSWORD@HOST:PORT/DATABASE, or empty",
            ));
        }
        if !(1..=100).contains(&self.connections_max) {
            faults.push(("stores.connections_max".to_owned(), "must be 1 to 100"));
        }
        if !(100..=600_000).contains(&self.wait_ms_max) {
            faults.push(("stores.wait_ms_max".to_owned(), "must be 100 to 600000"));
        }
        faults
    }

    fn url(&self, kept: Kept) -> &str {
        match kept {
            Kept::Membership => &self.membership,
            Kept::Accounts => &self.accounts,
            Kept::Disbursement => &self.disbursement,
        }
    }

    /// Gives the services without an address a file each in this folder.
    #[must_use]
    pub fn within(mut self, folder: &Path) -> Self {
        for (kept, url) in [
            (Kept::Membership, &mut self.membership),
            (Kept::Accounts, &mut self.accounts),
            (Kept::Disbursement, &mut self.disbursement),
        ] {
            if url.is_empty() {
                *url = format!("sqlite:{}", folder.join(kept.name()).with_extension("sqlite").display());
            }
        }
        self
    }

    /// How a service reaches its tables.
    #[must_use]
    pub fn of(&self, kept: Kept) -> StoreSettings {
        StoreSettings {
            url: self.url(kept).to_owned(),
            schema: kept.name().to_owned(),
            connections_max: self.connections_max,
            wait_ms_max: self.wait_ms_max,
        }
    }

    /// Opens a service's tables, up to date. Where no owner is set, or for a file, they are brought up to
    /// date first; a role without the right to do that needs `tepat migrate` to have run.
    ///
    /// # Errors
    /// [`StoreFault::SchemaOld`] when they are not up to date, else what failed.
    pub async fn open<M: MigratorTrait>(&self, kept: Kept) -> Result<Store, StoreFault> {
        let store = Store::open(&self.of(kept)).await?;
        if store.is_current::<M>().await {
            return Ok(store);
        }
        let old = || StoreFault::SchemaOld { schema: kept.name().to_owned() };
        if store.backend() == Backend::Postgres && !self.owner.is_empty() {
            // A server that is away is none whose tables are old.
            store.row("SELECT 1", []).await?;
            return Err(old());
        }
        match store.migrate::<M>().await {
            Ok(()) => Ok(store),
            Err(StoreFault::Refused(_)) => Err(old()),
            Err(fault) => Err(fault),
        }
    }

    /// Brings a service's tables up to date: on PostgreSQL as the owner, who makes the schema where it is
    /// missing and lets the service's role work with its rows and do nothing else.
    ///
    /// # Errors
    /// What failed.
    pub async fn migrate<M: MigratorTrait>(&self, kept: Kept) -> Result<(), StoreFault> {
        let settings = self.of(kept);
        if self.owner.is_empty() || !settings.url.starts_with(POSTGRES) {
            return Store::open(&settings).await?.migrate::<M>().await;
        }
        let as_owner = StoreSettings { url: self.owner.clone(), ..settings.clone() };
        let owner = Store::open(&as_owner).await?;
        let exists = "SELECT 1 FROM pg_namespace WHERE nspname = $1";
        if owner.row(exists, [kept.name().into()]).await?.is_none() {
            create_schema(&owner, kept.name()).await?;
        }
        owner.migrate::<M>().await?;
        match role_of(&settings.url) {
            Some(role) if Some(role) != role_of(&self.owner) => grant(&owner, kept.name(), role).await,
            _ => Ok(()),
        }
    }
}

/// The role that an address logs in as; none when it names no role.
fn role_of(url: &str) -> Option<&str> {
    let (login, _) = url.strip_prefix(POSTGRES)?.rsplit_once('@')?;
    let role = login.split(':').next()?;
    (!role.is_empty()).then_some(role)
}

/// Addresses may hold passwords and do not print.
impl fmt::Debug for Stores {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let kind = |kept: Kept| self.url(kept).split(':').next().unwrap_or_default();
        write!(f, "Stores({:?})", Kept::ALL.map(kind))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stores(membership: &str, owner: &str) -> Stores {
        Stores {
            membership: membership.to_owned(),
            accounts: String::new(),
            disbursement: "sqlite:/d".to_owned(),
            owner: owner.to_owned(),
            connections_max: 8,
            wait_ms_max: 30_000,
        }
    }

    #[test]
    fn an_address_is_a_file_or_a_server_or_open() {
        let check = |membership: &str, owner: &str, expected: &[&str]| {
            let faults = stores(membership, owner).faults();
            let keys: Vec<&str> = faults.iter().map(|(key, _)| key.as_str()).collect();
            assert_eq!(keys, expected, "{membership:?} {owner:?}");
        };
        check("", "", &[]);
        check("sqlite:/m", "postgres://o@h/d", &[]);
        check("postgres://m:p@h:5432/d", "", &[]);
        check("sqlite:", "", &["stores.membership"]);
        check("oracle:x", "sqlite:/x", &["stores.membership", "stores.owner"]);
    }

    #[test]
    fn what_is_left_open_is_a_file_of_the_service_s_name() {
        let stores = stores("postgres://m:hush@h/d", "").within(Path::new("/data"));
        assert_eq!(stores.of(Kept::Accounts).url, "sqlite:/data/accounts.sqlite");
        assert_eq!(stores.of(Kept::Disbursement).url, "sqlite:/d");
        let membership = stores.of(Kept::Membership);
        assert_eq!(
            (membership.url.as_str(), membership.schema.as_str()),
            ("postgres://m:hush@h/d", "membership")
        );
        assert!(!format!("{stores:?}").contains("hush"));
    }

    #[test]
    fn a_role_is_read_from_its_address() {
        let check = |url: &str, expected: Option<&str>| assert_eq!(role_of(url), expected, "{url}");
        check("postgres://tepat_accounts:p@ss@h:1/d", Some("tepat_accounts"));
        check("postgres://reader@h/d", Some("reader"));
        check("postgres://h/d", None);
        check("postgres://:p@h/d", None);
        check("sqlite:/x", None);
    }
}
