//! The system's own keychain, where a test may use it.
//!
//! It runs with `AB2D_TEST_KEYRING=1`, which says that the keychain of this session was made for tests.
#![expect(clippy::unwrap_used, clippy::print_stdout, reason = "a test fails by panicking and may print")]

use std::{env, thread};

use ab2d_engine::contract::{ContractKey, Environment};
use ab2d_engine::credentials::Credentials;
use ab2d_engine::keychain::{Keychain, SystemKeychain};

#[test]
fn the_systems_keychain_keeps_replaces_and_forgets() {
    if !may_use_keychain() {
        return;
    }
    let keychain = SystemKeychain::new(&env::temp_dir());
    let (ours, other) = (contract("Z1001", "https://a.example"), contract("Z1001", "https://b.example"));
    keychain.delete(&ours).unwrap();

    assert!(keychain.available());
    assert!(keychain.get(&ours).unwrap().is_none());

    for password in ["first", "second: with \"quotes\", ä and \u{1f512}"] {
        keychain.set(&ours, &Credentials::new("client", password)).unwrap();
        let kept = keychain.get(&ours).unwrap().unwrap();
        assert_eq!((kept.client_id.as_str(), kept.client_secret.expose()), ("client", password));
    }
    assert!(keychain.get(&other).unwrap().is_none());

    keychain.delete(&ours).unwrap();
    keychain.delete(&ours).unwrap();
    assert!(keychain.get(&ours).unwrap().is_none());
}

#[test]
fn the_audit_key_stays_the_same() {
    if !may_use_keychain() {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let key = || SystemKeychain::new(folder.path()).audit_key().unwrap().unwrap();
    // Several programs may need it first at the same moment.
    let keys: Vec<_> = thread::scope(|scope| {
        let asking: Vec<_> = (0..8).map(|_| scope.spawn(key)).collect();
        asking.into_iter().map(|asking| asking.join().unwrap()).collect()
    });
    assert!(keys.iter().all(|each| each.as_bytes() == key().as_bytes()));
    assert_ne!(key().as_bytes(), &[0; 32]);
}

#[tokio::test(flavor = "multi_thread")]
async fn it_can_be_asked_inside_an_asynchronous_runtime() {
    if !may_use_keychain() {
        return;
    }
    let keychain = SystemKeychain::new(&env::temp_dir());
    assert!(keychain.get(&contract("Z1002", "https://a.example")).unwrap().is_none());
}

fn may_use_keychain() -> bool {
    let may = env::var_os("AB2D_TEST_KEYRING").is_some_and(|value| value == "1");
    if !may {
        println!(
            "Nothing was tested: AB2D_TEST_KEYRING=1 is not set, so this keychain may be a person's own."
        );
    }
    may
}

fn contract(number: &str, origin: &str) -> ContractKey {
    ContractKey {
        environment: Environment::Other,
        origin: origin.to_owned(),
        number: number.parse().unwrap(),
    }
}
