using System.Collections.Concurrent;
using System.Globalization;

namespace Vantage.Actors.Orleans.Tests;

/// <summary>What the database has of reminders, in memory: silos that share it find there what one of them left.</summary>
internal sealed class MemoryReminders : IReminderTable
{
    private readonly ConcurrentDictionary<(GrainId Grain, string Name), ReminderEntry> _rows = new();
    private int _version;
    private int _upserts;
    private int _removals;

    /// <summary>While set, nothing can be put on record.</summary>
    public bool Refuses { get; set; }

    /// <summary>How many removals are refused from now on.</summary>
    public int RefusedRemovals { get; set; }

    /// <summary>How often it was asked to put something on record.</summary>
    public int Upserts => _upserts;

    /// <summary>How often it was asked to take something off the record.</summary>
    public int Removals => _removals;

    public int Count => _rows.Count;

    public Task<ReminderTableData> ReadRows(GrainId grainId)
        => Task.FromResult(new ReminderTableData(_rows.Values.Where(row => row.GrainId == grainId)));

    public Task<ReminderTableData> ReadRows(uint begin, uint end)
        => Task.FromResult(new ReminderTableData(_rows.Values.Where(row => IsWithin(row.GrainId.GetUniformHashCode(), begin, end))));

    public Task<ReminderEntry?> ReadRow(GrainId grainId, string reminderName) => Task.FromResult(_rows.GetValueOrDefault((grainId, reminderName)));

    public Task<string?> UpsertRow(ReminderEntry entry)
    {
        Interlocked.Increment(ref _upserts);
        if (Refuses)
        {
            throw new IOException("Refused by the test.");
        }

        var etag = Interlocked.Increment(ref _version).ToString(CultureInfo.InvariantCulture);
        _rows[(entry.GrainId, entry.ReminderName)] = new ReminderEntry
        {
            GrainId = entry.GrainId,
            ReminderName = entry.ReminderName,
            StartAt = entry.StartAt,
            Period = entry.Period,
            ETag = etag,
        };
        return Task.FromResult<string?>(etag);
    }

    public Task<bool> RemoveRow(GrainId grainId, string reminderName, string eTag)
    {
        Interlocked.Increment(ref _removals);
        if (RefusedRemovals > 0)
        {
            RefusedRemovals--;
            throw new IOException("Refused by the test.");
        }

        return Task.FromResult(_rows.TryGetValue((grainId, reminderName), out var row) && row.ETag == eTag && _rows.TryRemove(new((grainId, reminderName), row)));
    }

    public Task TestOnlyClearTable()
    {
        _rows.Clear();
        return Task.CompletedTask;
    }

    private static bool IsWithin(uint hash, uint begin, uint end) => begin < end ? hash > begin && hash <= end : hash > begin || hash <= end;
}
