//! Every RPC through a server in this process, on a database of its own.

#[cfg(test)]
mod backends;
#[cfg(test)]
mod closures;
#[cfg(test)]
mod desk;
#[cfg(test)]
mod list_banks;
#[cfg(test)]
mod shared_cache;
#[cfg(test)]
mod validate_accounts;
