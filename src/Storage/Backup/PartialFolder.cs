using System.Runtime.InteropServices;

namespace Vantage.Storage.Backup;

/// <summary>A folder that is being filled beside the one that it becomes: one that stands under its final name is complete, whatever happens.</summary>
/// <remarks>What a process that was killed left behind is removed by the next that has the same target. Only its owner may look into it.</remarks>
internal sealed class PartialFolder : IDisposable
{
    private const string Suffix = ".partial";

    private readonly string _target;
    private FolderLock? _lock;

    private PartialFolder(string target) => (_target, Path) = (target, target + Suffix);

    public string Path { get; }

    /// <summary>What is there already of a target that cannot be filled, as a sentence; null when it is free.</summary>
    public static string? WhyTaken(string target)
        => File.Exists(target) ? $"{target} is a file: name a new folder."
            : Directory.Exists(target) && Directory.EnumerateFileSystemEntries(target).Any() ? $"{target} is not empty: name a new folder."
            : null;

    /// <param name="said">Is told in a sentence what was left behind and removed.</param>
    /// <exception cref="StorageException">The target is there and not empty, another process is filling it, or it cannot be written.</exception>
    public static PartialFolder Begin(string target, Action<string> said)
    {
        target = System.IO.Path.TrimEndingDirectorySeparator(System.IO.Path.GetFullPath(target));
        if (WhyTaken(target) is { } reason)
        {
            throw new StorageException(reason);
        }

        var partial = new PartialFolder(target);
        partial.RemoveLeftover(said);
        CreatePrivate(partial.Path);
        partial._lock = FolderLock.Take(partial.Path);
        return partial;
    }

    /// <summary>Gives it its final name, when everything in it is on the disk.</summary>
    public void Complete()
    {
        _lock!.Dispose();
        File.Delete(System.IO.Path.Combine(Path, FolderLock.FileName));
        foreach (var folder in Directory.GetDirectories(Path, "*", SearchOption.AllDirectories).Append(Path))
        {
            Sync(folder);
        }

        if (Directory.Exists(_target))
        {
            Directory.Delete(_target);
        }

        Directory.Move(Path, _target);
        Sync(System.IO.Path.GetDirectoryName(_target)!);
        _lock = null;
    }

    /// <summary>Removes it if it was not completed.</summary>
    public void Dispose()
    {
        if (_lock is { } held)
        {
            held.Dispose();
            Directory.Delete(Path, recursive: true);
        }
    }

    /// <summary>Creates a folder of the copy, with those above it.</summary>
    public static void CreatePrivate(string folder)
    {
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(folder);
        }
        else
        {
            Directory.CreateDirectory(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
    }

    private void RemoveLeftover(Action<string> said)
    {
        if (!Directory.Exists(Path))
        {
            return;
        }

        if (Directory.EnumerateFileSystemEntries(Path).Any() && !File.Exists(System.IO.Path.Combine(Path, FolderLock.FileName)))
        {
            throw new StorageException($"{Path} is in the way: remove it, or name another folder.");
        }

        FolderLock.Take(Path).Dispose(); // Refuses while whoever fills it lives.
        Directory.Delete(Path, recursive: true);
        said($"{Path} was left unfinished by a process that ended; it was removed.");
    }

    /// <summary>That names in a folder are on the disk; files are synced by whoever writes them.</summary>
    private static void Sync(string folder)
    {
        if (OperatingSystem.IsWindows())
        {
            return; // Its file system keeps names in a journal of its own.
        }

        var descriptor = Open(folder, 0);
        if (descriptor < 0)
        {
            throw new StorageException($"{folder} cannot be opened to sync it (error {Marshal.GetLastPInvokeError()}).");
        }

        var failed = FSync(descriptor) != 0;
        var error = Marshal.GetLastPInvokeError();
        _ = Close(descriptor);
        if (failed)
        {
            throw new StorageException($"{folder} cannot be synced (error {error}).");
        }
    }

    // The framework opens no folders.
    [DllImport("libc", EntryPoint = "open", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Open([MarshalAs(UnmanagedType.LPUTF8Str)] string path, int flags);

    [DllImport("libc", EntryPoint = "fsync", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int FSync(int descriptor);

    [DllImport("libc", EntryPoint = "close", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Close(int descriptor);
}
