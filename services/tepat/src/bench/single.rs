//! Single claims, 64 callers at a time over a socket, against a bare hello over a socket.
//!
//! Both servers are tonic's with the settings of `serve`: no delay, the same windows. The hello answers a
//! small message with a small message and does nothing else: no layers, no log. Ours is the accounts
//! service as it runs in production, with its layers and its log, and Redis behind it.

mod hello;

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use tepat_proto::accounts::accounts_service_client::AccountsServiceClient;
use tepat_serve::{PeerSettings, Served, Transport};
use tokio::sync::oneshot;
use tokio::task::JoinHandle;
use tonic::transport::Endpoint;

use super::claims::request;
use super::rate::{Run, drive};
use super::report::{Kind, Report, peak_rss_bytes};
use super::world::Folder;
use crate::answer::Answer;
use crate::client::long;
use crate::compose::Parts;
use crate::failure::Failure;

/// Callers.
const IN_FLIGHT: usize = 64;

/// Calls before the measured ones, for each side.
const WARM_UP: usize = 2_000;

/// Measures `calls` calls.
pub(crate) async fn run(parts: &Parts, calls: usize) -> Result<Answer, Failure> {
    let folder = Folder::of(parts);
    let prepared = folder.ready()?;
    let mut requests: Vec<_> = super::pages::draw(&folder, prepared.claims, calls + WARM_UP)?
        .into_iter()
        .map(|claim| request(vec![claim]))
        .collect();

    let hello = hello::start().await?;
    let channel = Endpoint::from_shared(format!("http://{}", hello.address))
        .map_err(Failure::failed)?
        .tcp_nodelay(true)
        .connect()
        .await
        .map_err(Failure::failed)?;
    let greet = move |()| {
        let channel = channel.clone();
        async move { hello::greet(channel).await }
    };
    drive(vec![(); WARM_UP], IN_FLIGHT, greet.clone()).await?;
    let floor = drive(vec![(); calls], IN_FLIGHT, greet).await?;
    hello.stop();

    let (address, stop, serving) = serve(parts).await?;
    let transport = Transport::remote(&PeerSettings::at(address)).map_err(Failure::failed)?;
    let accounts = AccountsServiceClient::new(transport);
    let reused = Arc::new(AtomicU64::new(0));
    let counted = Arc::clone(&reused);
    let validate = move |request| {
        let (mut accounts, reused) = (accounts.clone(), Arc::clone(&counted));
        async move {
            let answer = accounts.validate_accounts(long(request)).await?.into_inner();
            let known = answer.results.iter().filter(|result| result.reused || result.checked_at_us == 0);
            reused.fetch_add(known.count() as u64, Ordering::Relaxed);
            Ok(())
        }
    };
    let warm_up = requests.split_off(calls);
    drive(warm_up, IN_FLIGHT, validate.clone()).await?;
    let ours = drive(requests, IN_FLIGHT, validate).await?;
    // The server is gone when this process is.
    let _ = stop.send(());
    serving.abort();

    let known = reused.load(Ordering::Relaxed);
    let wanted = (calls + WARM_UP) as u64;
    let wrong =
        if known == wanted { Vec::new() } else { vec![format!("{known} of {wanted} claims were known")] };
    let percentile = |percent: usize| {
        let of = |run: &Run| run.percentile_ms(percent);
        (of(&ours), of(&floor))
    };
    let ((p50, floor_p50), (p99, floor_p99)) = (percentile(50), percentile(99));
    let report = Report {
        bench: "accounts-single",
        kind: Kind::Rate,
        size: calls as u64,
        things: "calls",
        floor: floor.per_second(1),
        ours: ours.per_second(1),
        floor_stages: Vec::new(),
        stages: Vec::new(),
        figures: vec![("p50 ms", p50, floor_p50), ("p99 ms", p99, floor_p99)],
        peaks: peak_rss_bytes("self").map(|bytes| ("this process".to_owned(), bytes)).into_iter().collect(),
        notes: vec![format!(
            "{IN_FLIGHT} callers over one connection each way, server and callers in this process"
        )],
        wrong,
    };
    Ok(report.answer())
}

/// The accounts service on a free port, as a process of its own would serve it.
async fn serve(parts: &Parts) -> Result<(String, oneshot::Sender<()>, JoinHandle<()>), Failure> {
    let served: Served = parts.accounts().await?.into();
    let bound = tepat_serve::bind("127.0.0.1:0").await.map_err(Failure::failed)?;
    let address = bound.address().to_string();
    let listening = tepat_serve::Listening {
        routes: served.routes,
        services: served.services,
        descriptors: served.descriptors,
        limits: parts.settings.process.listen.limits(),
        drain_ms: 0,
    };
    let (stop, stopped) = oneshot::channel::<()>();
    let serving = tokio::spawn(async move {
        let until_stopped = async move {
            // A dropped sender means the same.
            let _ = stopped.await;
        };
        if let Err(fault) = tepat_serve::serve(bound, listening, until_stopped).await {
            tracing::error!(%fault, "the benchmark's server ended");
        }
    });
    Ok((address, stop, serving))
}
