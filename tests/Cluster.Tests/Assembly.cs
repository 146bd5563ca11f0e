// Each cluster has the machine to itself: what is judged is also how soon.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
