using SQLitePCL;
using Vantage.Storage.Sqlite;

namespace Vantage.Storage;

/// <summary>Copies open files to another folder while they are written.</summary>
/// <remarks>
/// The order makes the copies fit together though they are of different moments. History first: its progress says up to which frame
/// the log has been processed, and the log, copied last, has all those frames' successors; were it the other way round, the copied history
/// would have processed frames that the copied log lacks, and their numbers would be given again. Frames that were sealed into history
/// after it was copied are still in the log's copy, because trimming is held from before the first copy to after the last. The journal is
/// between: every zone version that history has applied is in it; handling of breaches that the history's copy does not know yet will find
/// them, for they are derived anew from the log.
/// </remarks>
internal static class FolderBackup
{
    private const int PagesPerStep = 2048;

    /// <summary>Writes into a folder beside the target and renames it at the end: a target that exists is complete.</summary>
    /// <exception cref="StorageException">The target exists, or cannot be written.</exception>
    public static void Run(string target, IReadOnlyList<DatabaseFile> inOrder, CancellationToken cancellationToken)
    {
        target = Path.TrimEndingDirectorySeparator(Path.GetFullPath(target));
        if (Directory.Exists(target) && Directory.EnumerateFileSystemEntries(target).Any())
        {
            throw new StorageException($"{target} is not empty: name a new folder for each backup.");
        }

        var partial = target + ".partial";
        try
        {
            if (Directory.Exists(partial))
            {
                Directory.Delete(partial, recursive: true);
            }

            Directory.CreateDirectory(partial);
            foreach (var file in inOrder)
            {
                Copy(file, Path.Combine(partial, Path.GetFileName(file.Path)), cancellationToken);
            }

            if (Directory.Exists(target))
            {
                Directory.Delete(target);
            }

            Directory.Move(partial, target);
        }
        catch (Exception failure) when (failure is UnauthorizedAccessException or (IOException and not StorageException))
        {
            throw new StorageException($"The backup to {target} failed: {failure.Message}", failure);
        }
    }

    private static void Copy(DatabaseFile file, string path, CancellationToken cancellationToken)
    {
        using (var source = file.Read())
        using (var copy = Database.Open(path, create: true))
        {
            // An open read transaction pins the moment: without it, every commit would start the copying anew.
            source.Database.Execute("BEGIN");
            try
            {
                source.Database.ReadInt64("SELECT count(*) FROM sqlite_master");
                CopyPages(source.Database, copy, cancellationToken);
            }
            finally
            {
                source.Database.RollbackIfOpen();
            }
        }

        using var written = new FileStream(path, FileMode.Open, FileAccess.ReadWrite);
        written.Flush(flushToDisk: true);
    }

    private static void CopyPages(Database source, Database copy, CancellationToken cancellationToken)
    {
        using var backup = raw.sqlite3_backup_init(copy.Handle, "main", source.Handle, "main");
        if (backup.IsInvalid)
        {
            throw copy.Failure(raw.sqlite3_errcode(copy.Handle));
        }

        int code;
        do
        {
            cancellationToken.ThrowIfCancellationRequested();
            code = raw.sqlite3_backup_step(backup, PagesPerStep);
        }
        while (code == raw.SQLITE_OK);

        if (code != raw.SQLITE_DONE)
        {
            throw copy.Failure(code);
        }
    }
}
