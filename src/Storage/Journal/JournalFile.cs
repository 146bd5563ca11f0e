using System.Diagnostics;
using System.Threading.Channels;
using Vantage.Storage.Sqlite;

namespace Vantage.Storage.Journal;

/// <summary><c>journal.db</c> and its one writing thread: what callers ask for meanwhile becomes one transaction, then all are answered.</summary>
internal sealed class JournalFile : IDisposable
{
    public static readonly FileSchema Schema = new("journal.db", 0x56_4A_52_4E, 4096,
    [
        """
        CREATE TABLE events (position INTEGER PRIMARY KEY AUTOINCREMENT, stream TEXT NOT NULL, sequence INTEGER NOT NULL, type TEXT NOT NULL,
            version INTEGER NOT NULL, occurred_ticks INTEGER NOT NULL, recorded_ticks INTEGER NOT NULL, person TEXT, post TEXT, token TEXT,
            cause TEXT, correlation TEXT, body BLOB NOT NULL);
        CREATE UNIQUE INDEX events_by_stream ON events (stream, sequence);
        CREATE TABLE snapshots (stream TEXT PRIMARY KEY, sequence INTEGER NOT NULL, body BLOB NOT NULL) WITHOUT ROWID;
        CREATE TABLE accounts (user TEXT PRIMARY KEY, name TEXT NOT NULL, post TEXT NOT NULL, password_hash TEXT NOT NULL,
            failed_attempts INTEGER NOT NULL, locked_until_ticks INTEGER) WITHOUT ROWID;
        CREATE TABLE tokens (id TEXT PRIMARY KEY, name TEXT NOT NULL, rights TEXT NOT NULL, secret_hash TEXT NOT NULL,
            created_ticks INTEGER NOT NULL, created_by TEXT NOT NULL) WITHOUT ROWID;
        CREATE TABLE audit (id INTEGER PRIMARY KEY AUTOINCREMENT, at_ticks INTEGER NOT NULL, who TEXT NOT NULL, post TEXT, action TEXT NOT NULL,
            subject TEXT NOT NULL, detail TEXT, is_allowed INTEGER NOT NULL);
        CREATE TABLE settings (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
        """,
    ]);

    /// <summary>Writes that may be queued; further callers wait.</summary>
    private const int QueueLength = 4096;

    private const int MaxWritesPerCommit = 512;

    private static readonly TimeSpan CloseTimeout = TimeSpan.FromSeconds(8);

    private readonly Channel<Write> _queue = Channel.CreateBounded<Write>(new BoundedChannelOptions(QueueLength) { SingleReader = true });
    private readonly List<Write> _taken = [];
    private readonly StorageMetrics _metrics;
    private readonly Checkpointer _checkpointer;
    private readonly Thread _thread;

    public JournalFile(string folder, StorageOptions options, StorageMetrics metrics)
    {
        _metrics = metrics;
        File = DatabaseFile.Open(folder, Schema, cacheKibibytes: 8 << 10);
        _checkpointer = new Checkpointer(File.Writer, options.CheckpointBytes, metrics);
        _thread = new Thread(Run) { IsBackground = true, Name = "Vantage journal" };
        _thread.Start();
    }

    public DatabaseFile File { get; }

    public DatabaseFile.Loan Read() => File.Read();

    /// <summary>Runs work inside the next transaction, and gives its result once that is on the disk.</summary>
    /// <exception cref="IOException">Storage refused: nothing was written. What the work itself throws undoes only that work.</exception>
    public async ValueTask<T> WriteAsync<T>(Func<Database, T> work, CancellationToken cancellationToken)
    {
        var write = new Write<T>(work);
        try
        {
            await _queue.Writer.WriteAsync(write, cancellationToken).ConfigureAwait(false);
        }
        catch (ChannelClosedException)
        {
            throw new StorageException("The journal is closed: nothing was stored.");
        }

        return await write.Task.ConfigureAwait(false);
    }

    public void Dispose()
    {
        if (_queue.Writer.TryComplete() && _thread.Join(CloseTimeout))
        {
            File.Dispose();
        }
    }

    private void Run()
    {
        while (_queue.Reader.WaitToReadAsync().AsTask().GetAwaiter().GetResult())
        {
            while (_taken.Count < MaxWritesPerCommit && _queue.Reader.TryRead(out var write))
            {
                _taken.Add(write);
            }

            CommitTaken();
            _taken.Clear();
        }
    }

    private void CommitTaken()
    {
        var startedAt = Stopwatch.GetTimestamp();
        var database = File.Writer;
        try
        {
            database.Execute("BEGIN IMMEDIATE");
            foreach (var write in _taken)
            {
                RunOne(database, write);
            }

            database.Execute("COMMIT");
        }
        catch (Exception reason) // Supervisor of the thread: whatever it was, the callers must hear of it.
        {
            database.RollbackIfOpen();
            _metrics.OnFailure(Schema.Name);
            _taken.ForEach(write => write.Fail(new StorageException(reason.Message, reason)));
            return;
        }

        _taken.ForEach(write => write.Succeed());
        _metrics.OnCommit(Schema.Name, startedAt, 0);
        _checkpointer.OnCommit(_taken.Count * 512L);
        try
        {
            _checkpointer.RunIfDue();
        }
        catch (StorageException)
        {
            _metrics.OnFailure(Schema.Name); // The commit stands; the next checkpoint tries again.
        }
    }

    /// <summary>A write that refuses itself, as on a conflict, leaves the others of the transaction alone.</summary>
    private static void RunOne(Database database, Write write)
    {
        database.Execute("SAVEPOINT one");
        try
        {
            write.Execute(database);
        }
        catch (Exception refusal) when (refusal is not IOException)
        {
            database.ResetAll();
            database.Execute("ROLLBACK TO one");
            write.Refuse(refusal);
        }

        database.Execute("RELEASE one");
    }

    private abstract class Write
    {
        public abstract void Execute(Database database);

        public abstract void Refuse(Exception reason);

        public abstract void Succeed();

        public abstract void Fail(Exception reason);
    }

    private sealed class Write<T>(Func<Database, T> work) : Write
    {
        private readonly TaskCompletionSource<T> _done = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private T _result = default!;
        private Exception? _refusal;

        public Task<T> Task => _done.Task;

        public override void Execute(Database database) => _result = work(database);

        public override void Refuse(Exception reason) => _refusal = reason;

        public override void Succeed()
        {
            if (_refusal is null)
            {
                _done.SetResult(_result);
            }
            else
            {
                _done.SetException(_refusal);
            }
        }

        public override void Fail(Exception reason) => _done.SetException(_refusal ?? reason);
    }
}
