//! What takes its time, or is no plain request and answer.

use tenantry_tests::door::{BALANCERS, HOST, World};

/// Each piece of an answer arrives before the next is made.
#[test]
fn a_streamed_answer_arrives_piece_by_piece() {
    let world = World::start(&[]);
    for balancer in BALANCERS {
        let _door = world.door(balancer);
        let mut connection = world.client().open().expect("a connection");
        let request =
            format!("GET /search HTTP/1.1\r\nHost: {HOST}\r\nX-Tenant-ID: tenant_b\r\nx-echo-pieces: 3\r\n\r\n");
        connection.write(request.as_bytes()).expect("sent");
        world.ledger().release_piece();
        assert_eq!(connection.head().expect("a head").status, 200, "{balancer:?}");
        for piece in 0..3 {
            let chunk = connection.chunk().unwrap_or_else(|error| panic!("{balancer:?}, piece {piece}: {error}"));
            assert_eq!(String::from_utf8_lossy(&chunk), format!("piece {piece}\n"), "{balancer:?}");
            world.ledger().release_piece();
        }
        assert!(connection.chunk().expect("the end").is_empty(), "{balancer:?}");
    }
}
