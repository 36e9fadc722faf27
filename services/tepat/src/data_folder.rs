//! The data folder of a suite: its databases, keys and packages.
//!
//! ```text
//! membership.sqlite accounts.sqlite disbursement.sqlite   a service's tables each
//! keys/ca.pem                the root that officials' and the suite's certificates lead to
//! keys/NAME.pem NAME.key     an identity: suite-seal, maker, checker, treasurer
//! keys/mark.key claim.key    secrets of keyed hashes, 64 hexadecimal digits
//! packages/                  what was handed over
//! tepat.toml                 settings, optional
//! ```

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};

use tepat_disbursement::process::SEAL;
use tepat_proof::{DemoCa, Signer};

use crate::failure::Failure;

/// Identities that a new data folder gets beside the seal: the one who determines, the one who
/// approves, the one who hands over.
pub(crate) const OFFICIALS: [&str; 3] = ["maker", "checker", "treasurer"];

/// A data folder, which need not be there yet.
#[derive(Clone, Debug)]
pub(crate) struct DataFolder {
    path: PathBuf,
}

impl DataFolder {
    /// The folder of this path; nothing is read or made.
    pub(crate) fn at(path: &Path) -> Self {
        Self { path: path.to_owned() }
    }

    /// The folder of this path with everything that a suite needs in it; what is there stays.
    pub(crate) fn open(path: &Path, now_s: i64) -> Result<Self, Failure> {
        let folder = Self::at(path);
        let keys = folder.keys();
        fs::create_dir_all(&keys).map_err(|err| Failure::file("make the folder", &keys, &err))?;
        // The packages' folder and the databases hold absolute paths from here on.
        let path = fs::canonicalize(path).map_err(|err| Failure::file("use the folder", path, &err))?;
        let folder = Self { path };
        // Two processes that begin at once make one set of keys.
        let lock = folder.keys().join(".lock");
        let held = File::create(&lock).and_then(|file| file.lock().map(|()| file));
        let _held = held.map_err(|err| Failure::file("lock", &lock, &err))?;
        make_secret(&folder.keys().join("mark.key"))?;
        make_secret(&folder.claim_key_file())?;
        if DemoCa::open(&folder.keys()).is_err() {
            let names: Vec<&str> = [SEAL].into_iter().chain(OFFICIALS).collect();
            DemoCa::create(&folder.keys(), now_s, &names).map_err(Failure::failed)?;
        }
        Ok(folder)
    }

    /// The folder itself.
    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// The settings file, which need not be there.
    pub(crate) fn settings_file(&self) -> PathBuf {
        self.path.join("tepat.toml")
    }

    /// The file with the secret of the claim hashes.
    fn claim_key_file(&self) -> PathBuf {
        self.keys().join("claim.key")
    }

    /// The root certificate: what a verifier is given.
    pub(crate) fn ca_file(&self) -> PathBuf {
        self.keys().join("ca.pem")
    }

    /// The root certificate's text.
    pub(crate) fn roots_pem(&self) -> Result<Vec<u8>, Failure> {
        let path = self.ca_file();
        fs::read(&path).map_err(|err| Failure::file("read", &path, &err))
    }

    /// A secret of the keys' folder by its file, for instance `mark.key`.
    pub(crate) fn secret(&self, name: &str) -> Result<Vec<u8>, Failure> {
        let path = self.keys().join(name);
        let text = fs::read_to_string(&path).map_err(|err| Failure::file("read", &path, &err))?;
        let byte = |index| text.get(index..index + 2).and_then(|digits| u8::from_str_radix(digits, 16).ok());
        let bytes: Option<Vec<u8>> = (0..text.trim().len()).step_by(2).map(byte).collect();
        bytes.ok_or_else(|| Failure::failed(format!("{} is no secret in hexadecimal", path.display())))
    }

    /// An identity with its key.
    pub(crate) fn signer(&self, name: &str) -> Result<Signer, Failure> {
        Signer::load(&self.keys(), name).map_err(Failure::failed)
    }

    /// The folder of keys and certificates.
    pub(crate) fn keys(&self) -> PathBuf {
        self.path.join("keys")
    }
}

/// Writes 32 random bytes as hexadecimal digits, readable by the owner alone; a file that is there
/// stays. The file appears whole or not at all.
fn make_secret(path: &Path) -> Result<(), Failure> {
    if path.exists() {
        return Ok(());
    }
    let mut bytes = [0_u8; 32];
    aws_lc_rs::rand::fill(&mut bytes).map_err(|_| Failure::failed("the system gives no random bytes"))?;
    let digits: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    let part = path.with_extension("part");
    let written = write_private(&part, digits.as_bytes()).and_then(|()| fs::rename(&part, path));
    written.map_err(|err| Failure::file("write", path, &err))
}

fn write_private(path: &Path, content: &[u8]) -> io::Result<()> {
    let mut options = OpenOptions::new();
    let mut file = options.write(true).create(true).truncate(true).mode(0o600).open(path)?;
    file.write_all(content)?;
    file.sync_all()
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt as _;

    use super::*;

    const NOW_S: i64 = 1_795_221_687;

    #[test]
    fn a_new_folder_gets_secrets_and_identities_and_keeps_them() {
        let dir = tempfile::tempdir().unwrap();
        let folder = DataFolder::open(&dir.path().join("new/data"), NOW_S).unwrap();
        let secrets = |folder: &DataFolder| {
            ["mark.key", "claim.key", "ca.pem", "maker.key"]
                .map(|name| fs::read(folder.keys().join(name)).unwrap())
        };
        let first = secrets(&folder);
        assert_eq!((first[0].len(), first[1].len()), (64, 64));
        assert_ne!(first[0], first[1]);
        let mode = fs::metadata(folder.claim_key_file()).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
        for name in [SEAL].into_iter().chain(OFFICIALS) {
            assert!(folder.signer(name).is_ok(), "{name}");
        }
        let again = DataFolder::open(&dir.path().join("new/data"), NOW_S + 1).unwrap();
        assert_eq!(secrets(&again), first);
    }

    #[test]
    fn a_file_in_the_place_of_the_folder_is_named() {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("file");
        fs::write(&file, "").unwrap();
        let Err(Failure::Failed(why)) = DataFolder::open(&file, NOW_S) else { panic!("a file was taken") };
        assert!(why.contains("cannot make the folder") && why.contains("file/keys"), "{why}");
    }
}
