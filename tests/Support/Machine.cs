namespace Vantage.Support;

/// <summary>
/// The machine, shared by the test assemblies that run at the same time: each has this for as long as it runs. Where what is judged is also how soon
/// three nodes and a fleet do something, it is had alone, and waits until the others have ended; they wait for it.
/// </summary>
/// <remarks>So one command runs all of them, however many the runner starts at once.</remarks>
public class Machine : IAsyncLifetime
{
    private static readonly TimeSpan AskEvery = TimeSpan.FromMilliseconds(500);

    private FileStream? _lock;

    protected virtual bool IsAlone => false;

    public async ValueTask InitializeAsync()
    {
        var path = Path.Combine(Path.GetTempPath(), "vantage-tests.lock");
        while (_lock is null)
        {
            try
            {
                _lock = new FileStream(path, FileMode.OpenOrCreate, FileAccess.Read, IsAlone ? FileShare.None : FileShare.Read);
            }
            catch (IOException)
            {
                await Task.Delay(AskEvery); // The system lets go of it when a process ends, however it does.
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        if (_lock is not null)
        {
            await _lock.DisposeAsync();
        }
    }
}

/// <inheritdoc cref="Machine"/>
public sealed class MachineAlone : Machine
{
    protected override bool IsAlone => true;
}
