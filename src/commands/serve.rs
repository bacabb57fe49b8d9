//! `serve`: takes the folder, opens the desk, answers until it is told to stop.

use std::fs::File;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{RecvTimeoutError, Sender, channel};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};
use signal_hook::iterator::{Handle, Signals};

use super::{say, tell};
use crate::app::{App, Settings};
use crate::base::data_folder::{self, ATTACHMENTS, FolderLock, Holds};
use crate::base::db::Db;
use crate::base::error::{Context, Error, Result};
use crate::base::locale::Locale;
use crate::base::time::Clock;
use crate::base::who::Caller;
use crate::config::Server;
use crate::desk::setup;
use crate::web::cors;
use crate::web::fault::Fault;
use crate::web::lane::LaneOf;
use crate::web::reply::Reply;
use crate::web::request::Request;
use crate::web::server::{self, Deadlines, RequestHandler, Running};
use crate::work::{jobs, scheduler};

/// How long a stop waits for what is in flight.
const PATIENCE: Duration = Duration::from_secs(10);
/// How often it is looked whether the desk still serves.
const LOOK_AROUND: Duration = Duration::from_millis(500);

/// Serves `folder` until SIGTERM or SIGINT.
pub(super) fn serve(folder: &Path, options: &Server) -> Result<()> {
    Held::take(folder)?.serve(options, Clock::System, invite_owner)
}

/// Shows the way in where nobody owns the desk yet: there is no default password.
fn invite_owner(app: &App, address: &str) -> Result<()> {
    if !app.parts().db.read(&Caller::desk(), setup::is_due)? {
        return Ok(());
    }
    if let Some(code) = app.parts().setup_code.issue() {
        tell(
            "nobody owns this desk yet: open this link to make its owner, or use pocketdesk user add",
        );
        tell(&format!("set up at {address}/setup?code={code}"));
    }
    Ok(())
}

/// A data folder that is this process's alone, and the signals that end it.
pub(super) struct Held {
    folder: PathBuf,
    holds: Holds,
    signals: Signals,
    _lock: FolderLock,
}

impl Held {
    /// Takes the folder, which holds a desk or nothing. From here on a signal waits until there
    /// is somebody to heed it.
    pub(super) fn take(folder: &Path) -> Result<Self> {
        // A folder that is refused is not even locked, for the lock is a file in it.
        data_folder::look(folder)?;
        let lock = FolderLock::take(folder)?;
        Ok(Self {
            // Looked at once more, for another process may have had it until now.
            holds: data_folder::look(folder)?,
            folder: folder.to_owned(),
            _lock: lock,
            signals: Signals::new([SIGTERM, SIGINT, SIGHUP])?,
        })
    }

    /// What the folder held when it was taken.
    pub(super) fn holds(&self) -> Holds {
        self.holds
    }

    /// Serves the folder until it is told to stop. `announce` has the word once
    /// connections are accepted, with the address where clients reach the desk.
    pub(super) fn serve(
        mut self,
        options: &Server,
        clock: Clock,
        announce: impl FnOnce(&App, &str) -> Result<()>,
    ) -> Result<()> {
        let (running, app) = start(&self.folder, options, clock)?;
        say(&format!("listening on {}", running.address))?;
        if options.base_url.is_none() && is_for_others(&options.listen) {
            tell(
                "other machines reach this desk by this machine's name or address; name it with --base-url, so that links in answers and mails lead here",
            );
        }
        announce(&app, &base_url(options, &running))?;
        let worker = jobs::start(app.parts().clone())?;
        let scheduler = scheduler::start(app.parts().clone())?;
        let condition = Condition::of(&running, &app);
        let damage = Arc::clone(&condition.damage);
        look_for_damage(&app.parts().db, &damage)?;
        let watch = Watch::start(condition, self.signals.handle())?;
        for signal in self.signals.forever() {
            if signal != SIGHUP {
                break;
            }
            if let Err(error) = running.reload_tls() {
                tracing::error!(%error, "the certificate could not be read anew; the old one stays");
            }
        }
        let fault = watch.stop();
        worker.stop();
        scheduler.stop();
        running.stop(PATIENCE);
        let closed = app.parts().db.close();
        if let Some(damage) = damage.lock().unwrap_or_else(PoisonError::into_inner).take() {
            return Err(damage);
        }
        // Whoever restarts what has failed sees it by the exit code.
        fault.map_or(closed, |fault| {
            Err(Error::internal(format!(
                "the desk cannot serve any more, for {fault}: start it again, and look for the cause in the log"
            )))
        })
    }
}

/// Looks at the pages of a large database beside what is asked of it: nobody waits for it at the
/// start.
fn look_for_damage(db: &Db, damage: &Arc<Mutex<Option<Error>>>) -> Result<()> {
    let (db, damage) = (db.clone(), Arc::clone(damage));
    let look = move || {
        if let Err(found) = db.look_for_damage() {
            *damage.lock().unwrap_or_else(PoisonError::into_inner) = Some(found);
        }
    };
    thread::Builder::new().name("look".to_owned()).spawn(look)?;
    Ok(())
}

/// What can end a desk for good while its process lives on.
struct Condition {
    server: server::Condition,
    db: Db,
    /// What was found of its database.
    damage: Arc<Mutex<Option<Error>>>,
}

impl Condition {
    fn of(running: &Running, app: &App) -> Self {
        Self {
            server: running.condition(),
            db: app.parts().db.clone(),
            damage: Arc::default(),
        }
    }

    fn fault(&self) -> Option<&'static str> {
        let damage = self.damage.lock().unwrap_or_else(PoisonError::into_inner);
        if damage.is_some() {
            return Some("its database is damaged");
        }
        drop(damage);
        if self.db.has_stopped_writing() {
            return Some("nothing can be written");
        }
        self.server.fault()
    }
}

/// Looks again and again whether the desk still serves, and ends the wait for signals when it
/// does not.
struct Watch {
    stop: Sender<()>,
    thread: JoinHandle<Option<&'static str>>,
}

impl Watch {
    fn start(condition: Condition, signals: Handle) -> Result<Self> {
        let (stop, stopped) = channel();
        let thread = thread::Builder::new()
            .name("watch".to_owned())
            .spawn(move || {
                while stopped.recv_timeout(LOOK_AROUND) == Err(RecvTimeoutError::Timeout) {
                    if let Some(fault) = condition.fault() {
                        signals.close();
                        return Some(fault);
                    }
                }
                None
            })?;
        Ok(Self { stop, thread })
    }

    /// What it has found, if anything.
    fn stop(self) -> Option<&'static str> {
        drop(self.stop);
        self.thread.join().ok().flatten()
    }
}

/// Fails where a file that the server speaks https with cannot be read.
fn refuse_unreadable(options: &Server) -> Result<()> {
    for (file, option) in [
        (&options.tls_cert, "--tls-cert"),
        (&options.tls_key, "--tls-key"),
    ] {
        let Some(file) = file else { continue };
        File::open(file).context(format!(
            "reading {} (let the user that pocketdesk runs as read it, or name another PEM file with {option})",
            file.display()
        ))?;
    }
    Ok(())
}

/// Whether it is listened on every address of the machine.
fn is_for_others(listen: &str) -> bool {
    let address: Option<SocketAddr> = listen.parse().ok();
    address.is_some_and(|address| address.ip().is_unspecified())
}

/// Where clients reach the desk, without a closing slash.
fn base_url(options: &Server, running: &Running) -> String {
    let named = options.base_url.as_deref();
    let url = named.unwrap_or(&running.address);
    url.trim_end_matches('/').to_owned()
}

/// Binds the socket first, for its port is part of every link, then opens the desk
/// behind it; requests that come in between are told to come back.
fn start(folder: &Path, options: &Server, clock: Clock) -> Result<(Running, Arc<App>)> {
    refuse_unreadable(options)?;
    let desk: Arc<OnceLock<Arc<App>>> = Arc::default();
    let behind = Arc::clone(&desk);
    let answer: RequestHandler = Arc::new(move |request: Request<'_>| -> Reply {
        if let Some(app) = behind.get() {
            return app.handle(request);
        }
        let opening = Error::unavailable("the desk is opening");
        cors::shared(Fault::of(&opening, Locale::default(), &request.id).json())
    });
    let known = Arc::clone(&desk);
    let lane_of = LaneOf(Arc::new(move |asked, length| {
        let lane = known.get().map(|app| app.lane_of(asked, length));
        lane.unwrap_or_default()
    }));
    let workers = workers(options);
    let settings = server::Settings {
        listen: options.listen.clone(),
        workers,
        max_body: options.max_upload << 20,
        max_connections: options.max_connections,
        max_connections_per_address: options.max_connections_per_address,
        trusted_proxies: options.trusted_proxies.clone(),
        socket_folder: folder.to_owned(),
        spool_folder: folder.to_owned(),
        stored_folder: folder.join(ATTACHMENTS),
        tls: options.tls_cert.clone().zip(options.tls_key.clone()),
        lane_of,
        deadlines: Deadlines::default(),
    };
    let listen = options.listen.clone();
    let running = server::serve(settings, answer).context(format!(
        "listening on {listen} (name a free address with --listen)"
    ))?;
    let opened = App::open(&Settings {
        folder: folder.to_owned(),
        base_url: base_url(options, &running),
        clock,
        workers,
    });
    match opened {
        Ok(app) => Ok((running, Arc::clone(desk.get_or_init(|| Arc::new(app))))),
        Err(error) => {
            // Nothing of a server stays behind where there is no desk.
            running.stop(Duration::ZERO);
            Err(error)
        }
    }
}

/// However few the cores: whoever waits for the disk does no work, and the more of them
/// wait together, the more changes share a sync.
const WORKERS: usize = 16;

fn workers(options: &Server) -> usize {
    match options.workers {
        0 => WORKERS,
        named => named,
    }
}
