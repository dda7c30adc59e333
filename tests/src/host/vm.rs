//! One worker's instance of the module.

use super::calls;
use super::faults::Fault;
use super::module::Module;
use super::proxy::Proxy;
use super::request::{End, Outcome, Reply, Request};
use super::state::{Line, State, Stream};
use super::upstream::Response;
use wasmi::{Error, Instance, Store, WasmParams, WasmResults};

/// More than any sane callback uses; an endless loop ends here.
pub(super) const FUEL: u64 = 10_000_000_000;

/// What a callback tells the proxy to do.
const CONTINUE: u32 = 0;

/// A VM with one or more root contexts, the newest of which gets the requests.
#[derive(Debug)]
pub struct Vm {
    pub(super) store: Store<State>,
    instance: Instance,
    pub(super) root: Option<u32>,
    next_context: u32,
    pub(super) trap: Option<String>,
}

/// Why a configuration was refused.
#[derive(Clone, Debug)]
pub struct Refused {
    /// What the module logged meanwhile.
    pub log: Vec<Line>,
    /// The trap, if it did not just say no.
    pub trap: Option<String>,
}

impl Vm {
    /// A VM in a proxy of its own, configured.
    ///
    /// # Errors
    /// When the module refuses the configuration.
    pub fn new(module: &Module, config: impl AsRef<[u8]>) -> Result<Self, Refused> {
        Self::start(module, &Proxy::default(), config)
    }

    /// A VM of a proxy, configured.
    ///
    /// # Errors
    /// When the module refuses the configuration.
    pub fn start(module: &Module, proxy: &Proxy, config: impl AsRef<[u8]>) -> Result<Self, Refused> {
        let mut vm = Self::bare(module, proxy);
        vm.configure(config).map(|()| vm)
    }

    /// A VM of a proxy that has no configuration yet.
    ///
    /// # Panics
    /// When the module wants what no host offers, or traps as it starts.
    #[must_use]
    pub fn bare(module: &Module, proxy: &Proxy) -> Self {
        let module = module.inner();
        let state = State { proxy: proxy.clone(), ..State::default() };
        let mut store = Store::new(module.engine(), state);
        store.set_fuel(FUEL).expect("fuel is counted");
        let linker = calls::linker(module).expect("host calls of distinct names");
        let instance = linker.instantiate_and_start(&mut store, module).expect("a module of ABI 0.2.1");
        let mut vm = Self { store, instance, root: None, next_context: 1, trap: None };
        vm.call::<(), ()>("_initialize", ()).expect("a module that starts");
        vm
    }

    /// Hands a configuration to a new root context, as Envoy does; if that one accepts, it gets the requests from
    /// now on and the old root context goes away.
    ///
    /// # Errors
    /// When the module refuses it; the old root context stays then.
    pub fn configure(&mut self, config: impl AsRef<[u8]>) -> Result<(), Refused> {
        let root = self.context();
        self.run::<(u32, u32), ()>("proxy_on_context_create", root, (root, 0));
        let accepted = self.offer(root, config);
        let gone = if accepted.is_ok() { self.root.replace(root) } else { Some(root) };
        if let Some(gone) = gone.filter(|_| self.trap.is_none()) {
            self.run::<u32, u32>("proxy_on_done", gone, gone);
            self.run::<u32, ()>("proxy_on_delete", gone, gone);
            self.store.data_mut().ticks.remove(&gone);
        }
        accepted
    }

    /// Hands a configuration to the root context that gets the requests, as other hosts do.
    ///
    /// # Errors
    /// When the module refuses it.
    ///
    /// # Panics
    /// When there is no root context yet.
    pub fn reconfigure(&mut self, config: impl AsRef<[u8]>) -> Result<(), Refused> {
        self.offer(self.root.expect("a root context"), config)
    }

    /// Makes a root context that gets the requests without ever being configured.
    pub fn adopt_unconfigured_root(&mut self) {
        let root = self.context();
        self.run::<(u32, u32), ()>("proxy_on_context_create", root, (root, 0));
        self.root = Some(root);
    }

    /// Lets a fault happen from now on.
    pub fn fault(&mut self, fault: Fault) {
        self.store.data_mut().faults.push(fault);
    }

    /// Pages of 64 KiB that the module's memory has.
    ///
    /// # Panics
    /// When the module exports no memory.
    #[must_use]
    pub fn pages(&self) -> u64 {
        self.instance.get_memory(&self.store, "memory").expect("a memory").size(&self.store)
    }

    /// Sends a request through the filter.
    ///
    /// # Panics
    /// When there is no root context yet.
    pub fn request(&mut self, request: &Request) -> Outcome {
        let root = self.root.expect("a root context");
        let context = self.context();
        let state = self.store.data_mut();
        state.stream =
            Stream { headers: request.headers.clone(), properties: request.properties(), ..Stream::default() };
        state.calls.clear();
        state.log.clear();
        self.store.set_fuel(FUEL).expect("fuel is counted");

        let mut outcome = Outcome::default();
        self.store.data_mut().roots.insert(context, root);
        self.run::<(u32, u32), ()>("proxy_on_context_create", context, (context, root));
        self.exchange(context, request, &mut outcome);
        if let Some(response) = self.response(request, &outcome) {
            outcome.delivered = self.deliver(context, response);
        }
        self.run::<u32, u32>("proxy_on_done", context, context);
        self.run::<u32, ()>("proxy_on_log", context, context);
        self.run::<u32, ()>("proxy_on_delete", context, context);

        outcome.fuel = FUEL - self.store.get_fuel().expect("fuel is counted");
        let state = self.store.data_mut();
        let stream = std::mem::take(&mut state.stream);
        outcome.reply = stream.reply;
        outcome.headers = stream.headers;
        outcome.properties = stream.published;
        outcome.calls = state.calls.clone();
        outcome.log = state.log.clone();
        if let Some(trap) = &self.trap {
            outcome.trap = Some(trap.clone());
            outcome.completed = false;
            outcome.reply.get_or_insert(Reply { status: 503, details: "wasm_fail_stream".into(), ..Reply::default() });
        }
        outcome
    }

    /// Headers, body and trailers, as far as the filter lets them.
    fn exchange(&mut self, context: u32, request: &Request, outcome: &mut Outcome) {
        let count = u32::try_from(request.headers.len()).expect("few headers");
        let no_body = u32::from(request.chunks.is_empty());
        let action = self.run("proxy_on_request_headers", context, (context, count, no_body)).unwrap_or(CONTINUE);
        if action != CONTINUE || self.ended() {
            return;
        }
        outcome.completed = no_body == 1;
        let trailers = request.end == End::Trailers;
        for (at, chunk) in request.chunks.iter().enumerate() {
            self.store.data_mut().stream.buffer.extend_from_slice(chunk);
            let last = at + 1 == request.chunks.len();
            let end = last && request.end == End::WithLastChunk;
            if !self.body(context, end, outcome) {
                return;
            }
            if last && request.end == End::Alone && !self.body(context, true, outcome) {
                return;
            }
        }
        if trailers {
            let action = self.run("proxy_on_request_trailers", context, (context, 1)).unwrap_or(CONTINUE);
            if !self.ended() && action == CONTINUE {
                self.release(outcome);
                outcome.completed = true;
            }
        }
    }

    /// A body callback; false when the request has ended.
    fn body(&mut self, context: u32, end: bool, outcome: &mut Outcome) -> bool {
        let buffered = u32::try_from(self.store.data().stream.buffer.len()).expect("a small body");
        let action =
            self.run("proxy_on_request_body", context, (context, buffered, u32::from(end))).unwrap_or(CONTINUE);
        if self.ended() {
            return false;
        }
        if action == CONTINUE {
            self.release(outcome);
            outcome.completed |= end;
        }
        true
    }

    /// The answer that goes back: the filter's own, or the service's to a request that came through.
    fn response(&self, request: &Request, outcome: &Outcome) -> Option<Response> {
        let reply = self.store.data().stream.reply.as_ref().map(|reply| {
            let status = u16::try_from(reply.status).expect("an HTTP status");
            let fields = reply.headers.iter();
            let response = fields.fold(Response::new(status), |response, (name, value)| response.header(name, value));
            response.body([&reply.body])
        });
        reply.or_else(|| request.response.clone().filter(|_| outcome.completed))
    }

    /// Response headers and body; whether they came through.
    fn deliver(&mut self, context: u32, response: Response) -> bool {
        let stream = &mut self.store.data_mut().stream;
        stream.status = Some(response.status);
        let count = u32::try_from(response.headers.len()).expect("few headers");
        stream.response_headers = Some(response.headers);
        let no_body = u32::from(response.chunks.is_empty());
        let mut actions = vec![self.run("proxy_on_response_headers", context, (context, count, no_body))];
        self.store.data_mut().stream.response_headers = None;
        let chunks = response.chunks.len();
        for (at, chunk) in response.chunks.into_iter().enumerate() {
            let (len, end) = (u32::try_from(chunk.len()).expect("a small body"), u32::from(at + 1 == chunks));
            self.store.data_mut().stream.response_buffer = chunk;
            actions.push(self.run("proxy_on_response_body", context, (context, len, end)));
        }
        self.store.data_mut().stream.response_buffer.clear();
        self.trap.is_none() && actions.into_iter().all(|action| action.unwrap_or(CONTINUE) == CONTINUE)
    }

    fn release(&mut self, outcome: &mut Outcome) {
        outcome.forwarded.append(&mut self.store.data_mut().stream.buffer);
    }

    fn ended(&self) -> bool {
        self.trap.is_some() || self.store.data().stream.reply.is_some()
    }

    fn offer(&mut self, root: u32, config: impl AsRef<[u8]>) -> Result<(), Refused> {
        let state = self.store.data_mut();
        state.plugin_config = config.as_ref().to_vec();
        state.log.clear();
        state.calls.clear();
        self.store.set_fuel(FUEL).expect("fuel is counted");
        let len = u32::try_from(config.as_ref().len()).expect("a configuration under 4 GiB");
        match self.run("proxy_on_configure", root, (root, len)) {
            Some(1) => Ok(()),
            _ => Err(Refused { log: self.store.data().log.clone(), trap: self.trap.clone() }),
        }
    }

    fn context(&mut self) -> u32 {
        self.next_context += 1;
        self.next_context - 1
    }

    /// Runs a context's callback unless the module does not export it or the VM is dead; a trap kills the VM.
    pub(super) fn run<P: WasmParams, R: WasmResults>(&mut self, name: &str, context: u32, params: P) -> Option<R> {
        if self.trap.is_some() || self.instance.get_func(&self.store, name).is_none() {
            return None;
        }
        self.store.data_mut().active = context;
        self.call(name, params).map_err(|error| self.trap = Some(error.to_string())).ok()
    }

    fn call<P: WasmParams, R: WasmResults>(&mut self, name: &str, params: P) -> Result<R, Error> {
        self.instance.get_typed_func::<P, R>(&self.store, name)?.call(&mut self.store, params)
    }
}
