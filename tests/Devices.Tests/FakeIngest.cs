using Vantage.Actors.Positions;

namespace Vantage.Devices.Tests;

/// <summary>Storage whose durability the test decides: a commit completes when the test lets it.</summary>
internal sealed class FakeIngest : IPositionIngest
{
    private readonly Lock _lock = new();
    private readonly List<UnitFix> _durable = [];
    private readonly List<int> _commits = [];
    private TaskCompletionSource _gate = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private TaskCompletionSource _begun = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public FakeIngest() => Release();

    public Exception? Failure { get; set; }

    public UnitFix[] Durable
    {
        get
        {
            lock (_lock)
            {
                return [.. _durable];
            }
        }
    }

    /// <summary>Sizes of the batches, in order of their beginning.</summary>
    public int[] Commits
    {
        get
        {
            lock (_lock)
            {
                return [.. _commits];
            }
        }
    }

    /// <summary>From here on commits wait. The task completes when the next one begins.</summary>
    public Task Hold()
    {
        lock (_lock)
        {
            _gate = new(TaskCreationOptions.RunContinuationsAsynchronously);
            _begun = new(TaskCreationOptions.RunContinuationsAsynchronously);
            return _begun.Task;
        }
    }

    public void Release()
    {
        lock (_lock)
        {
            _gate.TrySetResult();
        }
    }

    public async ValueTask CommitAsync(PositionBatch batch, CancellationToken cancellationToken = default)
    {
        Task gate;
        lock (_lock)
        {
            _commits.Add(batch.Count);
            gate = _gate.Task;
            _begun.TrySetResult();
        }

        await gate;
        if (Failure is not null)
        {
            throw Failure;
        }

        lock (_lock)
        {
            _durable.AddRange(batch.Items);
        }
    }
}
