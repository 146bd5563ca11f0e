using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using Npgsql;

namespace Vantage.Support;

/// <summary>A PostgreSQL server of our own on loopback, with its files in a temporary folder, that syncs as a real one does.</summary>
public sealed class PostgresServer : IDisposable
{
    private const string Account = "postgres";

    /// <summary>Runs the server until a line names the signal that ends it. When the tests die the line never comes, and neither does a lost server.</summary>
    private const string UntilTold = """ "$@" </dev/null & server=$!; read -r signal; kill -s "${signal:-QUIT}" $server; wait $server """;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly TempFolder _folder = new();
    private readonly int _port = Random.Shared.Next(20_000, 30_000);
    private readonly ConcurrentQueue<string> _log = new();
    private Process? _process;
    private int _databases;

    public PostgresServer()
    {
        Require();
        if (Environment.IsPrivilegedProcess)
        {
            Run("chown", Account, _folder.Path);
        }

        RunAsAccount("initdb", "-D", _folder["data"], "-U", Account, "--auth=trust", "--encoding=UTF8", "--locale=C", "--no-instructions");
        Start();
    }

    /// <summary>Where Debian's packages put the binaries; the newest version there is.</summary>
    private static string? Binaries { get; } = Directory.Exists("/usr/lib/postgresql")
        ? Directory.GetDirectories("/usr/lib/postgresql").Select(version => Path.Combine(version, "bin"))
            .Where(bin => File.Exists(Path.Combine(bin, "initdb"))).Order(StringComparer.Ordinal).LastOrDefault()
        : null;

    /// <summary>Skips the calling test where PostgreSQL is not installed.</summary>
    public static void Require()
        => TestData.SkipUnless(Binaries is not null, "Install PostgreSQL (apt-get install postgresql-15).");

    /// <summary>A new empty database.</summary>
    /// <returns>Its connection string.</returns>
    public string NewDatabase()
    {
        var name = $"vantage_{Interlocked.Increment(ref _databases)}";
        Execute(ConnectionString(Account), $"CREATE DATABASE {name} TEMPLATE template0");
        return ConnectionString(name);
    }

    public static void Execute(string connectionString, string sql)
    {
        using var source = NpgsqlDataSource.Create(connectionString + ";Pooling=false");
        using var command = source.CreateCommand(sql);
        command.ExecuteNonQuery();
    }

    public static object? Scalar(string connectionString, string sql)
    {
        using var source = NpgsqlDataSource.Create(connectionString + ";Pooling=false");
        using var command = source.CreateCommand(sql);
        return command.ExecuteScalar();
    }

    /// <summary>Runs a program that comes with the server, <c>pg_dump</c> for one.</summary>
    public static void RunTool(string tool, params string[] arguments) => Run(Path.Combine(Binaries!, tool), arguments);

    public void Start()
    {
        var server = AsAccount(
            "postgres", "-D", _folder["data"], "-p", _port.ToString(CultureInfo.InvariantCulture), "-k", _folder.Path,
            "-c", "listen_addresses=127.0.0.1", "-c", "fsync=on", "-c", "max_connections=200");
        _process = Process.Start(new ProcessStartInfo("sh", ["-c", UntilTold, "sh", server.FileName, .. server.ArgumentList])
        {
            WorkingDirectory = "/",
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardError = true,
        })!;
        _process.ErrorDataReceived += (_, line) => _log.Enqueue(line.Data ?? "");
        _process.BeginErrorReadLine();
        var startedAt = Stopwatch.GetTimestamp();
        while (true)
        {
            try
            {
                Execute(ConnectionString(Account), "SELECT 1");
                return;
            }
            catch (NpgsqlException notYet)
            {
                if (_process.HasExited || Stopwatch.GetElapsedTime(startedAt) > Patience)
                {
                    throw new InvalidOperationException($"The server did not start: {Log()}", notYet);
                }

                Task.Delay(50).GetAwaiter().GetResult();
            }
        }
    }

    /// <summary>As a power failure would: no process of the server finishes anything.</summary>
    public void Crash() => Stop("QUIT");

    public void Dispose()
    {
        Stop("QUIT"); // Nobody needs the files any more.
        _folder.Dispose();
    }

    private void Stop(string signal)
    {
        if (_process is { HasExited: false } running)
        {
            running.StandardInput.WriteLine(signal);
            if (!running.WaitForExit(Patience))
            {
                throw new InvalidOperationException($"The server did not stop: {Log()}");
            }
        }

        _process?.Dispose();
        _process = null;
    }

    private string ConnectionString(string database)
        => $"Host=127.0.0.1;Port={_port};Username={Account};Database={database};Timeout=5;Command Timeout=20";

    private string Log() => string.Join('\n', _log);

    private static void RunAsAccount(string tool, params string[] arguments) => Run(AsAccount(tool, arguments));

    /// <summary>PostgreSQL refuses to run as root.</summary>
    private static ProcessStartInfo AsAccount(string tool, params string[] arguments)
    {
        var path = Path.Combine(Binaries!, tool);
        return Environment.IsPrivilegedProcess
            ? new ProcessStartInfo("setpriv", [$"--reuid={Account}", $"--regid={Account}", "--clear-groups", path, .. arguments]) { WorkingDirectory = "/" }
            : new ProcessStartInfo(path, arguments) { WorkingDirectory = "/" };
    }

    private static void Run(string tool, params string[] arguments) => Run(new ProcessStartInfo(tool, arguments));

    private static void Run(ProcessStartInfo what)
    {
        what.RedirectStandardOutput = what.RedirectStandardError = true;
        using var process = Process.Start(what)!;
        var errors = process.StandardError.ReadToEndAsync();
        process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, $"{what.FileName} {string.Join(' ', what.ArgumentList)}: {errors.GetAwaiter().GetResult()}");
    }
}
