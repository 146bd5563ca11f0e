using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using Vantage.Host.Heat;
using Vantage.Host.Settings;
using Vantage.Host.Startup;
using Vantage.Host.Web;
using Vantage.Storage;
using Vantage.Storage.Backup;
using Vantage.Storage.Migration;
using Vantage.Storage.Postgres;

namespace Vantage.Host.Data;

/// <summary>What the program does with stored data besides running on it: backup, restore, the way from a folder to a database, and heat worked out anew.</summary>
/// <param name="readSettings">Reads the settings with what the command line names as data, or says what is wrong and gives null.</param>
internal sealed class DataCommands(TextWriter output, TextWriter error, Func<string?, HostSettings?> readSettings)
{
    private const int Failed = 1;
    private static readonly TimeSpan BetweenLines = TimeSpan.FromSeconds(2);

    private static string ProgramVersion => typeof(DataCommands).Assembly.GetName().Version!.ToString(3);

    public Command Backup()
    {
        var data = Folder("--data", "The data folder (default: as for the host, ./data). A host may be running on it.");
        var to = Required("--to", "folder", "A new folder for the backup: it must not exist, or be empty.");
        var command = new Command("backup", "Copy a data folder, while the host runs on it or not.") { data, to };
        command.SetAction(parsed => Run(() => readSettings(parsed.GetValue(data)) switch
        {
            null => HostCommand.Refused,
            { Database: { } database } => Refuse(
                $"{ConnectionText.NameOf(database)}: a database is backed up by its server, all of it at one moment and while hosts run:"
                + " pg_dump --format=custom --schema=vantage --file=… (see docs/operations.md)."),
            var settings => Backup(settings.DataFolder, parsed.GetValue(to)!),
        }));
        return command;
    }

    public Command Restore()
    {
        var from = Required("--from", "folder", "A backup: the folder that holds its manifest.json.");
        var data = Folder("--data", "A new data folder (default: as for the host, ./data): it must not exist, or be empty.");
        var command = new Command("restore", "Check a backup, and make a data folder of it.") { from, data };
        command.SetAction(parsed => Run(() => readSettings(parsed.GetValue(data)) switch
        {
            null => HostCommand.Refused,
            { Database: { } database } => Refuse(
                $"{ConnectionText.NameOf(database)}: a backup of a folder is restored to a folder with --data; then migrate --from that folder."),
            var settings => Restore(parsed.GetValue(from)!, settings.DataFolder),
        }));
        return command;
    }

    public Command Migrate()
    {
        var from = Required("--from", "folder", "The data folder of a host that is stopped.");
        var to = new Option<string?>("--to")
        {
            Description = "The connection string of an empty PostgreSQL database (default: VANTAGE_DATA, as other users can see command lines).",
            HelpName = "connection string",
        };
        var command = new Command("migrate", "Move the data of a folder into a PostgreSQL database.") { from, to };
        command.SetAction(parsed => Run(() => readSettings(parsed.GetValue(to)) switch
        {
            null => HostCommand.Refused,
            { Database: null } => Refuse("--to: name a PostgreSQL database, such as Host=db;Database=vantage;Username=vantage;Password=…", HostCommand.Refused),
            { Database: var database } => Migrate(parsed.GetValue(from)!, database),
        }));
        return command;
    }

    public Command RebuildHeat(IRuntimeModule runtime)
    {
        var data = new Option<string?>("--data")
        {
            Description = "The data of hosts that are stopped: a folder (default: ./data), or a PostgreSQL connection string.",
            HelpName = "folder | connection string",
        };
        var from = new Option<string?>("--from") { Description = "With --to: every hour of this range, such as 2026-11-28T08:00:00+08:00, and not only what is damaged.", HelpName = "time" };
        var to = new Option<string?>("--to") { Description = "The end of the range.", HelpName = "time" };
        var command = new Command("rebuild-heat", "Work damaged hours of heat out anew, from the tracks.") { data, from, to };
        command.SetAction(async (parsed, cancelled) =>
        {
            (long, long)? range = null;
            if (parsed.GetValue(from) is not null || parsed.GetValue(to) is not null)
            {
                if (!WireTime.TryRead(parsed.GetValue(from) ?? "", out var fromMs) || !WireTime.TryRead(parsed.GetValue(to) ?? "", out var toMs) || fromMs >= toMs)
                {
                    return Refuse("--from and --to: give both, with their offsets from UTC, such as 2026-11-28T08:00:00+08:00, and the earlier first.", HostCommand.Refused);
                }

                range = (fromMs, toMs);
            }

            if (readSettings(parsed.GetValue(data)) is not { } settings)
            {
                return HostCommand.Refused;
            }

            try
            {
                return await HeatRebuild.RunAsync(settings, runtime, range, output, cancelled) ? 0 : Failed;
            }
            catch (Exception refused) when (refused is StartRefusedException or UnauthorizedAccessException or IOException)
            {
                return Refuse(refused.Message);
            }
        });
        return command;
    }

    private static Option<string?> Folder(string name, string description) => new(name) { Description = description, HelpName = "folder" };

    private static Option<string?> Required(string name, string help, string description)
        => new(name) { Description = description, HelpName = help, Required = true };

    private int Run(Func<int> command)
    {
        try
        {
            return command();
        }
        catch (Exception refused) when (refused is StorageException or UnauthorizedAccessException or IOException)
        {
            return Refuse(refused.Message);
        }
    }

    private int Refuse(string line, int code = Failed)
    {
        error.WriteLine(line);
        return code;
    }

    private int Backup(string folder, string target)
    {
        var saidAt = Stopwatch.GetTimestamp();
        var manifest = FolderBackup.Run(folder, target, ProgramVersion, output.WriteLine, (file, bytes, all) =>
        {
            if (Stopwatch.GetElapsedTime(saidAt) > BetweenLines)
            {
                saidAt = Stopwatch.GetTimestamp();
                output.WriteLine($"{file}: {Megabytes(bytes)} of {Megabytes(all)}");
            }
        });
        foreach (var file in manifest.Files)
        {
            output.WriteLine($"{file.Name}: {Megabytes(file.Bytes)}, SHA-256 {file.Sha256}");
        }

        Tell(manifest);
        output.WriteLine($"{Path.GetFullPath(target)} is complete. It holds tracks, password hashes and keys: keep it where nobody else can read it.");
        return 0;
    }

    private int Restore(string backup, string folder)
    {
        var manifest = FolderRestore.Run(backup, folder, output.WriteLine, file => output.WriteLine($"{file.Name}: {Megabytes(file.Bytes)}, whole"));
        Tell(manifest);
        output.WriteLine($"{folder} is complete: start the host with --data {folder}");
        return 0;
    }

    private int Migrate(string folder, string database)
    {
        var name = ConnectionText.NameOf(database);
        output.WriteLine($"From {Path.GetFullPath(folder)} to {name}:");
        FolderMigration.Run(
            folder,
            database,
            FolderSecrets.Read(folder),
            output.WriteLine,
            table => output.WriteLine($"{table.Name}: {table.Rows:N0} rows, the same on both sides, SHA-256 {table.Sha256}"));
        output.WriteLine($"{name} has all of it, the keys of terminals and of sign-in too. The folder is as it was: do not run a host on it again.");
        foreach (var file in FolderSecrets.FilesBesideDatabase.Where(file => File.Exists(Path.Combine(folder, file))))
        {
            output.WriteLine($"Copy {Path.Combine(folder, file)} to the folder that the host is started in: it is read from there.");
        }

        return 0;
    }

    private void Tell(BackupManifest manifest)
    {
        var range = manifest is { FirstPositionAt: { } first, LastPositionAt: { } last } ? $"positions from {Time(first)} to {Time(last)}" : "no positions";
        output.WriteLine(
            $"{manifest.Files.Count} files, {Megabytes(manifest.Bytes)}, as they were at {Time(manifest.TakenAt)}, by version {manifest.Program}:"
            + $" {manifest.Units:N0} units, {range}, {manifest.Events:N0} events, {manifest.Records:N0} records.");
    }

    private static string Time(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    private static string Megabytes(long bytes) => $"{bytes / 1e6:N1} MB";
}
