//! https, ended at the gate. The certificate is one for tests alone, valid for a century.

use std::net::TcpStream;
use std::path::PathBuf;
use std::sync::Arc;

use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use rustls::{ClientConfig, ClientConnection, RootCertStore, StreamOwned};

use crate::client::Client;
use crate::house::House;

type Tls = StreamOwned<ClientConnection, TcpStream>;

fn fixture(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("tests/wire")
        .join(name)
}

fn secure_house(folder: &std::path::Path) -> House {
    let (certificate, key) = (folder.join("certificate.pem"), folder.join("key.pem"));
    std::fs::copy(fixture("certificate.pem"), &certificate).expect("a copy");
    std::fs::copy(fixture("key.pem"), &key).expect("a copy");
    House::open_with(|settings| {
        settings.tls = Some((certificate, key));
        settings.max_body = 10_000_000;
    })
}

fn connect(house: &House) -> Client<Tls> {
    let mut roots = RootCertStore::empty();
    let certificate =
        CertificateDer::from_pem_file(fixture("certificate.pem")).expect("a certificate");
    roots.add(certificate).expect("a root");
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .expect("the versions")
        .with_root_certificates(roots)
        .with_no_client_auth();
    let name = "desk.test".try_into().expect("a name");
    let connection = ClientConnection::new(Arc::new(config), name).expect("a client");
    let stream = TcpStream::connect(house.socket()).expect("a connection");
    Client::over(StreamOwned::new(connection, stream))
}

#[test]
fn requests_and_answers_go_through_tls() {
    let folder = tempfile::tempdir().expect("a folder");
    let house = secure_house(folder.path());
    assert!(house.running().address.starts_with("https://127.0.0.1:"));
    let mut client = connect(&house);
    assert!(client.get("/seen").text().contains("https=true"));
    let body: Vec<u8> = (0..3_000_000_u32).map(|at| at.to_le_bytes()[1]).collect();
    assert!(client.post("/echo", &body).body == body);
    client.send("GET /seen HTTP/1.1\r\nHost: d\r\n\r\n".repeat(3));
    for _ in 0..3 {
        assert_eq!(client.answer().status, 200);
    }
}

#[test]
fn plain_http_on_a_secure_port_is_not_answered() {
    let folder = tempfile::tempdir().expect("a folder");
    let house = secure_house(folder.path());
    let mut client = Client::new(&house);
    client.send("GET /seen HTTP/1.1\r\nHost: d\r\n\r\n");
    client
        .stream()
        .shutdown(std::net::Shutdown::Write)
        .expect("the end of sending");
    while !client.is_closed() {}
    assert_eq!(house.calls(), 0);
    assert_eq!(connect(&house).get("/seen").status, 200);
}

#[test]
fn a_bad_new_certificate_leaves_the_old_one_in_use() {
    let folder = tempfile::tempdir().expect("a folder");
    let house = secure_house(folder.path());
    let mut old = connect(&house);
    assert_eq!(old.get("/seen").status, 200);
    house
        .running()
        .reload_tls()
        .expect("the same files load again");
    std::fs::File::create(folder.path().join("certificate.pem")).expect("it is emptied");
    assert!(house.running().reload_tls().is_err());
    assert_eq!(connect(&house).get("/seen").status, 200);
    assert_eq!(
        old.get("/seen").status,
        200,
        "connections outlive the reading"
    );
}
