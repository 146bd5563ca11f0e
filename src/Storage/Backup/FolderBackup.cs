using System.Buffers;
using System.Security.Cryptography;
using SQLitePCL;
using Vantage.Actors.Positions;
using Vantage.Storage.Sqlite;
using Vantage.Storage.Tracks;

namespace Vantage.Storage.Backup;

/// <summary>Copies a data folder to another, whether or not a host is running on it: SQLite lets other processes read while one writes.</summary>
public static class FolderBackup
{
    private const int PagesPerStep = 2048;

    /// <summary>Writes everything that is in the folder, and <c>manifest.json</c>, to a new folder.</summary>
    /// <param name="folder">The data folder.</param>
    /// <param name="target">Must not exist, or be empty. When it exists afterwards, it is complete and on the disk.</param>
    /// <param name="program">This program's version.</param>
    /// <param name="said">Is told in a sentence what else there is to know.</param>
    /// <param name="copied">Is told of a file's name, its bytes so far, and how many it has.</param>
    /// <exception cref="StorageException">The folder has no data, a file is damaged, or the target has files, is in the folder, has no room, or cannot be written.</exception>
    public static BackupManifest Run(
        string folder, string target, string program, Action<string> said, Action<string, long, long>? copied = null,
        CancellationToken cancellationToken = default)
    {
        folder = Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder));
        target = Path.TrimEndingDirectorySeparator(Path.GetFullPath(target));
        if (IsIn(target, folder) || IsIn(folder, target))
        {
            throw new StorageException($"{target} and {folder} are in one another: name a folder beside it, best on another disk.");
        }

        if (!Directory.Exists(folder))
        {
            throw new StorageException($"{folder} does not exist.");
        }

        try
        {
            using var partial = PartialFolder.Begin(target, said);
            var manifest = Copy(folder, partial.Path, program, copied ?? ((_, _, _) => { }), cancellationToken);
            manifest.Write(partial.Path);
            partial.Complete();
            return manifest;
        }
        catch (Exception failure) when (failure is UnauthorizedAccessException or (IOException and not StorageException))
        {
            throw new StorageException($"The backup to {target} failed: {failure.Message}", failure);
        }
    }

    private static BackupManifest Copy(
        string folder, string partial, string program, Action<string, long, long> copied, CancellationToken cancellationToken)
    {
        var takenAt = TimeProvider.System.GetUtcNow();
        using var snapshot = FolderSnapshot.Take(folder);
        var manifest = new BackupManifest
        {
            Format = BackupManifest.NewestFormat,
            Program = program,
            TakenAt = takenAt,
            Units = 0,
            Events = 0,
            Records = 0,
            Files = [],
        };
        string[] others = [.. OtherFiles(folder)];
        CheckRoom(partial, snapshot.Files.Sum(SizeOf) + others.Sum(name => new FileInfo(Path.Combine(folder, name)).Length));
        foreach (var file in snapshot.Files.Reverse()) // The log first: it is small, and written all the time.
        {
            Copy(file, Path.Combine(partial, file.FileName), copied, cancellationToken);
            FolderSnapshot.Release(file);
        }

        List<BackupFile> files = [];
        foreach (var name in snapshot.Files.Select(file => file.FileName).Order(StringComparer.Ordinal))
        {
            var path = Path.Combine(partial, name);
            var version = CheckAndRead(path, ref manifest);
            files.Add(new BackupFile(name, new FileInfo(path).Length, HashOf(path, cancellationToken), version));
        }

        foreach (var name in others)
        {
            if (CopyFile(Path.Combine(folder, name), Path.Combine(partial, name), cancellationToken) is var (bytes, hash))
            {
                files.Add(new BackupFile(name, bytes, hash));
            }
        }

        return manifest with { Files = files };
    }

    /// <summary>Keys, roles, themes, and whatever else somebody put there; by path in the folder.</summary>
    private static IEnumerable<string> OtherFiles(string folder)
        => Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories)
            .Select(path => Path.GetRelativePath(folder, path).Replace(Path.DirectorySeparatorChar, '/'))
            .Where(name => name != FolderLock.FileName && name != BackupManifest.FileName && !IsOfDatabase(name))
            .Order(StringComparer.Ordinal);

    private static bool IsOfDatabase(string name)
        => !name.Contains('/', StringComparison.Ordinal) && (name.EndsWith(".db", StringComparison.Ordinal) || name.EndsWith(".db-wal", StringComparison.Ordinal)
            || name.EndsWith(".db-shm", StringComparison.Ordinal) || name.EndsWith(".db-journal", StringComparison.Ordinal));

    private static bool IsIn(string folder, string other)
        => (folder + Path.DirectorySeparatorChar).StartsWith(other + Path.DirectorySeparatorChar, StringComparison.Ordinal);

    private static long SizeOf(Database file) => file.ReadInt64("PRAGMA page_count")!.Value * file.ReadInt64("PRAGMA page_size")!.Value;

    internal static void CheckRoom(string folder, long needed)
    {
        var free = new DriveInfo(folder).AvailableFreeSpace;
        if (needed > free)
        {
            throw new StorageException($"{Path.GetDirectoryName(folder)} has {free >> 20:N0} MB free; {needed >> 20:N0} MB are needed.");
        }
    }

    private static void Copy(Database source, string path, Action<string, long, long> copied, CancellationToken cancellationToken)
    {
        using (var copy = Database.Open(path, create: true))
        {
            CopyModeOf(source.Path, path);
            CopyPages(source, copy, copied, cancellationToken);
        }

        using var written = new FileStream(path, FileMode.Open, FileAccess.ReadWrite);
        written.Flush(flushToDisk: true);
    }

    private static void CopyPages(Database source, Database copy, Action<string, long, long> copied, CancellationToken cancellationToken)
    {
        using var backup = raw.sqlite3_backup_init(copy.Handle, "main", source.Handle, "main");
        if (backup.IsInvalid)
        {
            throw copy.Failure(raw.sqlite3_errcode(copy.Handle));
        }

        var pageBytes = source.ReadInt64("PRAGMA page_size")!.Value;
        int code;
        do
        {
            cancellationToken.ThrowIfCancellationRequested();
            code = raw.sqlite3_backup_step(backup, PagesPerStep);
            var pages = raw.sqlite3_backup_pagecount(backup);
            copied(source.FileName, (pages - raw.sqlite3_backup_remaining(backup)) * pageBytes, pages * pageBytes);
        }
        while (code == raw.SQLITE_OK);

        if (code != raw.SQLITE_DONE)
        {
            throw copy.Failure(code);
        }
    }

    /// <summary>That SQLite finds the copy whole; and what the manifest says of it.</summary>
    /// <returns>The version of its tables.</returns>
    private static int CheckAndRead(string path, ref BackupManifest manifest)
    {
        using var copy = Database.Open(path, create: false);
        CheckWhole(copy);
        manifest = copy.FileName switch
        {
            "history.db" => WithRange(manifest, copy.ReadInt64("SELECT min(first_ms) FROM chunks"), copy.ReadInt64("SELECT max(last_ms) FROM chunks")),
            "log.db" => WithFrames(manifest with { Units = (int)copy.ReadInt64("SELECT count(*) FROM units")! }, copy),
            "journal.db" => manifest with { Events = copy.ReadInt64("SELECT count(*) FROM events")!.Value },
            "records.db" => manifest with { Records = copy.ReadInt64("SELECT count(*) FROM records")!.Value },
            _ => manifest,
        };
        return (int)copy.ReadInt64("PRAGMA user_version")!;
    }

    /// <exception cref="StorageException">SQLite finds pages or indexes of the file damaged.</exception>
    internal static void CheckWhole(Database file)
    {
        if (file.ReadText("PRAGMA quick_check(1)") is var found && found != "ok")
        {
            throw new StorageException($"{file.FileName} is damaged: {found}");
        }
    }

    private static BackupManifest WithFrames(BackupManifest manifest, Database log)
    {
        var buffer = new UnitFix[256];
        var select = log.Prepare("SELECT count, payload, sequence FROM frames");
        while (select.Step())
        {
            var count = select.Int32(0);
            Array.Resize(ref buffer, Math.Max(count, buffer.Length));
            try
            {
                FrameCodec.Decode(select.Blob(1), buffer.AsSpan(0, count));
            }
            catch (InvalidDataException damage)
            {
                throw select.Damaged($"frame {select.Int64(2)}", damage);
            }

            foreach (ref readonly var item in buffer.AsSpan(0, count))
            {
                manifest = WithRange(manifest, item.Fix.TimeMs, item.Fix.TimeMs);
            }
        }

        return manifest;
    }

    private static BackupManifest WithRange(BackupManifest manifest, long? firstMs, long? lastMs)
    {
        if (firstMs is { } first && (manifest.FirstPositionAt is null || first < manifest.FirstPositionAt.Value.ToUnixTimeMilliseconds()))
        {
            manifest = manifest with { FirstPositionAt = DateTimeOffset.FromUnixTimeMilliseconds(first) };
        }

        return lastMs is { } last && (manifest.LastPositionAt is null || last > manifest.LastPositionAt.Value.ToUnixTimeMilliseconds())
            ? manifest with { LastPositionAt = DateTimeOffset.FromUnixTimeMilliseconds(last) }
            : manifest;
    }

    /// <summary>Copies a file with its mode, and syncs it.</summary>
    /// <returns>Its length, and the SHA-256 of what was read; null when it went away meanwhile.</returns>
    internal static (long Bytes, string Sha256)? CopyFile(string from, string to, CancellationToken cancellationToken)
    {
        FileStream source;
        try
        {
            source = File.OpenRead(from);
        }
        catch (Exception gone) when (gone is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }

        using (source)
        {
            PartialFolder.CreatePrivate(Path.GetDirectoryName(to)!);
            using var copy = new FileStream(to, FileMode.CreateNew, FileAccess.Write);
            CopyModeOf(from, to);
            var hash = ReadAll(source, piece => copy.Write(piece.Span), cancellationToken);
            copy.Flush(flushToDisk: true);
            return (copy.Length, hash);
        }
    }

    private static string HashOf(string path, CancellationToken cancellationToken)
    {
        using var file = File.OpenRead(path);
        return ReadAll(file, _ => { }, cancellationToken);
    }

    private static string ReadAll(FileStream file, Action<ReadOnlyMemory<byte>> take, CancellationToken cancellationToken)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var buffer = ArrayPool<byte>.Shared.Rent(1 << 20);
        try
        {
            while (file.Read(buffer) is > 0 and var length)
            {
                cancellationToken.ThrowIfCancellationRequested();
                hash.AppendData(buffer, 0, length);
                take(buffer.AsMemory(0, length));
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    private static void CopyModeOf(string from, string to)
    {
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(to, File.GetUnixFileMode(from));
        }
    }
}
