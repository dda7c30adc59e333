//! What happens in a VM outside of requests: ticks, and answers to calls.

use super::headers::Headers;
use super::state::Line;
use super::upstream::{Answer, Sent, To};
use super::vm::{FUEL, Vm};
use std::collections::BTreeMap;
use std::time::Duration;

impl Vm {
    /// Lets the tick come of every root context that asked for one.
    ///
    /// # Panics
    /// When the module traps.
    pub fn tick(&mut self) {
        let roots: Vec<u32> = self.store.data().ticks.keys().copied().collect();
        for root in roots {
            self.callback("proxy_on_tick", root, root);
        }
    }

    /// How often the tick comes.
    ///
    /// # Panics
    /// When there is no root context.
    #[must_use]
    pub fn tick_period(&self) -> Option<Duration> {
        self.store.data().ticks.get(&self.root.expect("a root context")).copied()
    }

    /// Calls that the filter made since the last time.
    pub fn sent(&mut self) -> Vec<Sent> {
        std::mem::take(&mut self.store.data_mut().sent)
    }

    /// Answers a call, whether or not its root context is still there.
    ///
    /// # Panics
    /// When the answer is none to such a call, or the module traps.
    pub fn answer(&mut self, call: &Sent, answer: Answer) {
        let (root, token) = (call.root, call.token);
        match (&call.to, answer) {
            (To::Grpc { .. }, Answer::Grpc(0)) => self.callback("proxy_on_grpc_receive", root, (root, token, 0_u32)),
            (To::Grpc { .. }, Answer::Grpc(status)) => {
                self.callback("proxy_on_grpc_close", root, (root, token, status));
            }
            (To::Http { .. }, Answer::Http(status)) => {
                let mut headers = Headers::default();
                headers.add(":status", status.to_string());
                self.store.data_mut().call_response = Some(headers);
                self.callback("proxy_on_http_call_response", root, (root, token, 1_u32, 0_u32, 0_u32));
                self.store.data_mut().call_response = None;
            }
            (To::Http { .. }, Answer::Reset) => {
                self.callback("proxy_on_http_call_response", root, (root, token, 0_u32, 0_u32, 0_u32));
            }
            (to, answer) => panic!("{answer:?} is no answer to {to:?}"),
        }
    }

    /// Every line that the module logged in its life.
    #[must_use]
    pub fn history(&self) -> &[Line] {
        &self.store.data().history
    }

    /// Host calls of the last request, tick or answer by name.
    #[must_use]
    pub fn calls(&self) -> &BTreeMap<&'static str, u32> {
        &self.store.data().calls
    }

    fn callback<P: wasmi::WasmParams>(&mut self, name: &str, context: u32, params: P) {
        self.store.data_mut().calls.clear();
        self.store.set_fuel(FUEL).expect("fuel is counted");
        self.run::<P, ()>(name, context, params);
        assert_eq!(self.trap, None, "`{name}` trapped");
    }
}
