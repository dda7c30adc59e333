//! What takes its time, or is no plain request and answer.

use crate::seen::{Seen, seen, served};
use http_body_util::{BodyExt, Full};
use hyper::body::Bytes;
use std::time::Duration;
use tenantry_tests::door::service::Pieces;
use tenantry_tests::door::{BALANCERS, HOST, World};

/// The service behind `/dashboard` speaks gRPC.
const GRPC: (&str, &str) = ("{port: 8501, callers: [ingress]}", "{port: 8501, protocol: grpc, callers: [ingress]}");

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
            if piece < 2 {
                world.ledger().release_piece();
            }
        }
        assert!(connection.chunk().expect("the end").is_empty(), "{balancer:?}");
    }
}

/// A connection that a client switches to WebSocket carries bytes both ways; no other protocol is switched to.
#[test]
fn a_websocket_is_open_both_ways() {
    let world = World::start(&[]);
    for balancer in BALANCERS {
        let _door = world.door(balancer);
        let switch = |protocol: &str| {
            let mut connection = world.client().open().expect("a connection");
            let request = format!(
                "GET /search HTTP/1.1\r\nHost: {HOST}\r\nX-Tenant-ID: tenant_b\r\nConnection: Upgrade\r\n\
                 Upgrade: {protocol}\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
            );
            connection.write(request.as_bytes()).expect("sent");
            let status = connection.head().expect("a head").status;
            (connection, status)
        };
        let (mut connection, status) = switch("websocket");
        assert_eq!(status, 101, "{balancer:?}");
        for message in ["one", "another"] {
            connection.write(message.as_bytes()).expect("sent");
            assert_eq!(connection.bytes(message.len()).expect("an echo"), message.as_bytes(), "{balancer:?}");
        }
        assert_ne!(switch("h2c").1, 101, "{balancer:?}");
    }
}

/// A gRPC call reaches its service as HTTP/2, and its trailers come back.
#[test]
fn a_grpc_call_keeps_its_trailers() {
    let world =
        World::start(&[("{port: 8501, callers: [ingress]}", "{port: 8501, protocol: grpc, callers: [ingress]}")]);
    for balancer in BALANCERS {
        let _door = world.door(balancer);
        for (tenant, cluster) in [("tenant_a", "us"), ("tenant_b", "eu")] {
            let call = hyper::Request::post(format!("https://{HOST}/dashboard/pkg.Service/Method"))
                .header("x-tenant-id", tenant)
                .header("content-type", "application/grpc")
                .header("te", "trailers")
                .header("x-echo-trailer", "0")
                .body(Full::from("message"))
                .expect("a request");
            let answer = world.runtime().block_on(world.client().send_http2(call)).expect("an answer");
            assert_eq!(seen(&answer), served(cluster), "{balancer:?}, {tenant}");
            assert_eq!(answer.header("grpc-status"), Some("0"), "{balancer:?}, {tenant}: {answer:?}");
            assert_eq!(answer.json()["body_length"], 7, "{balancer:?}, {tenant}");
        }
        let call = hyper::Request::post(format!("https://{HOST}/dashboard/pkg.Service/Method"));
        let call = call.header("content-type", "application/grpc").body(Full::default()).expect("a request");
        let answer = world.runtime().block_on(world.client().send_http2(call)).expect("an answer");
        // Envoy tells a caller of gRPC in gRPC.
        let told = answer.header("grpc-status").is_some_and(|status| status != "0")
            && answer.header("grpc-message").is_some_and(|message| message.contains("tenant-missing"));
        assert!(told || seen(&answer) == Seen::Door(400, "tenant-missing".to_owned()), "{balancer:?}: {answer:?}");
    }
}

/// What each side of a gRPC stream says reaches the other while both go on.
#[test]
fn a_grpc_stream_is_open_both_ways() {
    let world = World::start(&[GRPC]);
    for balancer in BALANCERS {
        let _door = world.door(balancer);
        let (client, runtime) = (world.client(), world.runtime());
        let talk = async {
            let (says, body) = tokio::sync::mpsc::channel::<Bytes>(1);
            let call = hyper::Request::post(format!("https://{HOST}/dashboard/pkg.Service/Chat"))
                .header("x-tenant-id", "tenant_b")
                .header("content-type", "application/grpc")
                .header("te", "trailers")
                .header("x-echo-back", "")
                .body(Pieces(body))
                .expect("a request");
            let mut sender = client.http2().await.expect("HTTP/2");
            let mut answer = None;
            let mut call = Some(sender.send_request(call));
            for message in ["one", "another", "a third"] {
                says.send(message.into()).await.expect("said");
                if let Some(call) = call.take() {
                    answer = Some(call.await.expect("an answer").into_body());
                }
                let heard = answer.as_mut().expect("a body").frame().await.expect("a frame").expect("whole");
                assert_eq!(heard.into_data().expect("data"), message.as_bytes(), "{balancer:?}");
            }
            drop(says);
            assert!(answer.expect("a body").collect().await.expect("an end").to_bytes().is_empty(), "{balancer:?}");
        };
        let limit = async { tokio::time::timeout(Duration::from_secs(20), talk).await };
        runtime.block_on(limit).unwrap_or_else(|_| panic!("{balancer:?} holds a message back"));
    }
}
